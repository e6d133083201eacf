// Has the page drawn anew where its theme is no longer the one that pictures on it were drawn for.

let told = null;
let watching = null;

export default function ({ data, setTriggerValue }) {
  watching?.disconnect(); // Streamlit 1.67 calls again for newer data, and ends nothing of the call before
  const app = document.querySelector("[data-testid=stApp]");
  const look = () => {
    const theme = getComputedStyle(app).colorScheme;
    document.documentElement.style.colorScheme = theme; // popovers and dialogs lie beside the app, not in it
    if (theme !== data.theme && theme !== told) setTriggerValue("changed", theme);
    told = theme;
  };
  const observer = new MutationObserver(look); // another theme gives the element another class
  observer.observe(app, { attributeFilter: ["class"] });
  watching = observer;
  look();
  return () => observer.disconnect();
}
