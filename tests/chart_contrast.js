// Words of charts below 4.5:1 on the page; lines, bars and points of them below 3:1. Words over colored cells and
// over pictures are left out, those are measured where their colors are chosen (tests/figures/); so are axes and their grid.
() => {
  const bytes = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => sum + weight * linear(rgb[at] / 255), 0);
  const paper = bytes(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
  const contrast = (element, property) => {
    const style = getComputedStyle(element);
    const [red, green, blue, alpha = 1] = bytes(style[property]);
    let share = alpha * style[`${property}Opacity`];
    for (let each = element; each.tagName !== "svg"; each = each.parentElement) share *= getComputedStyle(each).opacity;
    const seen = [red, green, blue].map((value, at) => share * value + (1 - share) * paper[at]);
    const [low, high] = [luminance(seen), luminance(paper)].toSorted((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const faint = [];
  const look = (selector, properties, least) => {
    for (const element of document.querySelectorAll(selector)) {
      const box = element.getBoundingClientRect();
      if (!box.width && !box.height) continue;
      const ratio = Math.max(...properties.map((property) => contrast(element, property) || 0));
      if (ratio < least && ratio > 1.05) faint.push(`${ratio.toFixed(2)} ${selector} ${element.textContent}`);
    }
  };
  const charts = ":is(.main-svg, .marks)";
  look(`${charts} :is(.xtick, .ytick, .legend, .infolayer, .role-axis, .role-legend, .role-title) text`, ["fill"], 4.5);
  look(".main-svg .plot:not(:has(.hm)) :is(.textpoint, .bars) text", ["fill"], 4.5);
  look(`${charts} :is(path.js-line, .mark-line path, .mark-rule:not([class*="role-axis"]) line)`, ["stroke"], 3);
  look(`${charts} :is(.bars path, .scatterlayer .points path, .legend .layers path, .mark-symbol path, .mark-bar path)`, ["fill", "stroke"], 3);
  return faint;
}
