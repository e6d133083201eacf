// Another step is read from its first line: whoever has pressed Next was at the end of the one before.

let shown = "";

export default function ({ data, parentElement }) {
  const here = parentElement.host?.closest("[data-testid=stExpander], [data-testid=stSidebarContent]");
  if (shown && shown !== data.step) here?.scrollIntoView();
  if (shown && shown !== data.step && here) here.scrollTop = 0;
  shown = data.step;
}
