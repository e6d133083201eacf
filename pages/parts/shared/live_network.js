// Loads the modules of live answers, once for all parts of a page. A component's own script has no address from
// which another could be imported, hence the page's. The version is put in by `live_network.py`.

const folder = new URL(location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, ""), location.origin).href;
const loading = import(`${folder}lenet/modules/VERSION/dashboard.js`);
export default function (component) {
  let leave = null, left = false;
  const say = () => {
    component.parentElement.querySelector(".live").textContent = "What answers here could not be loaded. Reload the page.";
  };
  loading.then((live) => { if (!left) leave = live.draw(component, { folder }); }, say);
  return () => { left = true; leave?.(); };
}
