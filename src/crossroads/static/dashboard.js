// The teacher's dashboard: what to show, a button to look again, tables and charts from Python.

function render({ model, el: root }) {
  root.classList.add("cr", "cr-desk", "cr-dash");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Dashboard");
  const release = keepKeys(root);
  const head = el("div", { class: "cr-controls" });
  const status = el("p", { class: "cr-sentence", role: "status", "aria-live": "polite" });
  const body = el("div");
  root.append(head, status, body);
  const config = document.getElementById("jupyter-config-data");
  const base = config ? JSON.parse(config.textContent).baseUrl ?? "/" : "/";

  const ask = (message, words) => {
    status.textContent = words;
    for (const control of head.querySelectorAll("button, select")) control.disabled = true;
    model.send(message);
  };
  const draw = () => {
    const { names, chosen, html, said } = model.get("state");
    const button = (name, does, words) => el("button", { type: "button", "data-does": does, onclick: () => ask({ do: does, chosen }, words) }, name);
    head.replaceChildren(
      ...(names.length ? [select({ label: "Assignment", options: [["", "All assignments"], ...names.map((name) => [name, name])], value: chosen, change: (to) => ask({ do: "show", chosen: to }, "Looking …") })] : []),
      el("div", { class: "cr-ask" }, button("Refresh", "show", "Refreshing …"), " ",
        chosen ? button("Write the report", "report", "Writing; this takes a few seconds.") : null));
    body.innerHTML = html;
    // Places on this server, wherever it has its root.
    for (const link of body.querySelectorAll("a[data-to]")) link.href = base + link.dataset.to;
    status.textContent = said;
  };
  draw();
  model.on("msg:custom", ({ did }) => {
    const chose = did === "show" && document.activeElement !== head.querySelector("[data-does=show]");
    draw();
    (head.querySelector(did === "report" ? "[data-does=report]" : chose ? "select" : "[data-does=show]") ?? head.querySelector("button")).focus();
  });
  return release;
}
export default { render };
