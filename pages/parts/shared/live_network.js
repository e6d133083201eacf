// One part of a page's live answers. `live_network.py` puts before it where the modules are: `folder`, `loading`.

export default function (component) {
  let leave = null, left = false;
  const say = () => {
    component.parentElement.querySelector(".live").textContent = "What answers here could not be loaded. Reload the page.";
  };
  loading.then((live) => { if (!left) leave = live.draw(component, { folder }); }, say);
  return () => { left = true; leave?.(); };
}
