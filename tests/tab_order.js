// Where the Tab key does not go as one reads: what it reaches next is above it in the same column, or has a place of
// its own in the order.
() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? inside(each.shadowRoot) : [])]);
  const main = document.querySelector("[data-testid=stMain]");
  const reached = inside(main).filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }));
  // The input of a slider is clipped: what is seen of it is its track.
  const shown = (each) => (each.closest("[data-testid=stSlider]") ?? each).getBoundingClientRect();
  const name = (each) => `${each.tagName} ${each.ariaLabel ?? each.id} ${each.textContent.slice(0, 40)}`;
  const jumps = reached.filter((each) => each.tabIndex > 0).map((each) => `tabindex ${each.outerHTML.slice(0, 120)}`);
  reached.slice(1).forEach((next, at) => {
    const [from, to] = [shown(reached[at]), shown(next)];
    const isAbove = to.bottom <= from.top + 1 && to.left < from.right && to.right > from.left;
    if (isAbove) jumps.push(`from ${name(reached[at])} up to ${name(next)}`);
  });
  return jumps;
}
