"use strict";
// The page can be read without this script, which filters rows, keeps the filter in the page's
// address, copies the equations into a row that is opened, and says how two packages differ.
// All that it shows stands in the page already, and is put in as text.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  // An element that holds what is given: elements, and text.
  const make = (tag, ...held) => {
    const made = document.createElement(tag);
    made.append(...held);
    return made;
  };
  const classed = (name, made) => {
    made.className = name;
    return made;
  };
  const link = (row) => {
    const made = make("a", row.target);
    made.href = `#${row.id}`;
    return made;
  };

  const formulas = new Map(all(".formula-of").map((element) => [element.dataset.formula, {
    body: one(".body", element),
    edits: new Map(all(".edit", element).map((edit) =>
      [edit.dataset.edit, one("strong", edit).textContent])),
  }]));
  const rows = all("details.row").map((element) => ({
    ...element.dataset,
    element,
    id: element.id,
    target: one(".target", element).textContent,
    badge: one(".badge", element),
    edits: formulas.get(element.dataset.variant)?.edits ?? new Map(),
    words: element.textContent.toLowerCase(),
  }));
  const row_at = new Map(rows.map((row) => [row.id, row]));
  const title_of = new Map(all(".algorithm").map((element) =>
    [element.dataset.algorithm, one("h3", element).firstChild.textContent.trim()]));
  const relations = all(".relations > li").map((element) => ({
    keys: [element.dataset.one, element.dataset.other],
    when: one(".when", element).textContent,
  }));

  // The filter: what the controls say, and what the address says.
  const filters = one("#filters");
  const choice = one("#choice");
  const controls = [...all("[name]", filters), ...all("[name]", choice)];
  const matches = {
    package: (row, value) => row.package === value,
    algorithm: (row, value) => row.algorithm === value,
    verdict: (row, value) => row.verdict === value,
    variant: (row, value) => row.variant === value || row.edits.has(value),
    text: (row, value) => value.toLowerCase().split(/\s+/).every((word) => row.words.includes(word)),
  };
  const wanted = () => controls.filter((control) => control.value);
  const address = (more = []) => {
    const said = wanted().map((control) => [control.name, control.value]);
    return `#${new URLSearchParams([...said, ...more])}`;
  };
  const remember = () => history.replaceState(null, "", address());

  const cells = all(".census tbody td").map((element) => ({
    element,
    marks: all("a", element).map((mark) => [mark, row_at.get(mark.getAttribute("href").slice(1))]),
  }));

  const filter = () => {
    const asked = wanted().filter((control) => control.name in matches);
    for (const row of rows) {
      row.element.hidden = !asked.every(({ name, value }) => matches[name](row, value));
    }
    const columns = new Set(rows.filter((row) => !row.element.hidden).map((row) => row.algorithm));
    for (const { element, marks } of cells) {
      for (const [mark, row] of marks) mark.hidden = row.element.hidden;
      element.hidden = !columns.has(element.dataset.algorithm);
      element.classList.toggle("empty", marks.every(([mark]) => mark.hidden));
    }
    for (const head of all(".census thead [data-algorithm]")) {
      head.hidden = !columns.has(head.dataset.algorithm);
    }
    for (const line of all(".census tbody tr")) {
      line.hidden = all("a.mark", line).every((mark) => mark.hidden);
    }
    for (const section of all(".package")) {
      section.hidden = all("details.row", section).every((row) => row.hidden);
    }
    const shown = rows.filter((row) => !row.element.hidden).length;
    one("output", filters).textContent = `${shown} of ${rows.length}`;
  };

  const reset = () => {
    for (const control of all("[name]", filters)) control.value = "";
    filter();
  };

  // Opens what the address names, whatever the filter says.
  const open = (id) => {
    const found = document.getElementById(id);
    if (!found) return;
    if (found.hidden || found.closest("[hidden]")) reset();
    if (found.tagName === "DETAILS") found.open = true;
    found.scrollIntoView();
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) {
      if (hash) open(hash);
      return;
    }
    const state = new URLSearchParams(hash);
    for (const control of controls) {
      control.value = state.get(control.name) ?? "";
      if (control.selectedIndex < 0) control.selectedIndex = 0; // It has no such choice.
    }
    filter();
    compare();
    if (state.has("row")) open(state.get("row"));
  };

  // The equations are in the page once; a row has a copy while it is open.
  const unfold = (row) => {
    const place = one(".computes", row.element);
    if (!place || one(".body", row.element)) return;
    const copy = formulas.get(row.variant)?.body.cloneNode(true);
    if (copy) place.after(copy);
  };

  // Two packages: for everything of B the nearest of A.
  const settings = (row) => {
    row.settings ??= new Map(all(".settings tr[data-name]", row.element).map(({ dataset }) =>
      [dataset.name, { used: dataset.used, value: dataset.used ?? dataset.paper }]));
    return row.settings;
  };
  // What of B's settings A has otherwise: a list of [name, B's value, whether A has the setting].
  const differing = (mine, theirs) => [...settings(theirs)]
    .filter(([name, { value }]) => settings(mine).get(name)?.value !== value)
    .map(([name, { value }]) => [name, value, settings(mine).get(name)?.used !== undefined]);
  const VERDICTS = ["conforms", "variant", "imprecise", "nonconforming", "error"];
  const best = (found, cost) => [...found].sort((x, y) => cost(x) - cost(y)
    || VERDICTS.indexOf(x.verdict) - VERDICTS.indexOf(y.verdict)
    || x.target.length - y.target.length)[0];
  const is_known = (row) => formulas.has(row.variant);

  // What is the same, in words, with the row of A that does it; and what must be given to it.
  const same = (mine, theirs) => {
    const differ = differing(mine, theirs);
    const given = differ.filter(([, , has]) => has).map(([name, value]) => `${name} = ${value}`);
    const lacks = differ.filter(([, , has]) => !has).map(([name, value]) => `${name} (${value})`);
    const said = given.length ? ` with ${given.join(", ")}` : " with its defaults";
    const but = lacks.length ? `, but cannot be given ${lacks.join(", ")}` : "";
    return [classed("same", make("span", "same formula: ")), link(mine), said + but, " ",
      mine.badge.cloneNode(true)];
  };
  const only = (mine, theirs, name) => [...mine.edits].filter(([id]) => !theirs.edits.has(id))
    .map(([id, statement]) => make("li", `${name} alone: `, make("code", id), ` ${statement}`));
  const unlike = (mine, theirs) => [...mine.edits.keys()].filter((id) => !theirs.edits.has(id))
    .length + [...theirs.edits.keys()].filter((id) => !mine.edits.has(id)).length;
  const related = (mine, theirs) => relations.filter(({ keys }) =>
    keys.includes(mine.variant) && keys.includes(theirs.variant));

  const other = (found, theirs) => {
    const joined = found.filter((mine) => related(mine, theirs).length);
    const mine = best(joined.length ? joined : found, (row) => unlike(row, theirs));
    const when = related(mine, theirs).map((relation) => relation.when).join(", or ");
    const said = when ? [link(mine), ` is the same where ${when}`]
      : [`no setting of ${mine.package} that was judged does; nearest is `, link(mine)];
    const list = make("ul", ...only(mine, theirs, mine.package), ...only(theirs, mine, theirs.package));
    return [classed("other", make("span", "other formula: ")), ...said, list];
  };

  const verdict_on = (found, theirs) => {
    const known = found.filter(is_known);
    const twins = known.filter((mine) => mine.variant === theirs.variant);
    if (!is_known(theirs)) return [classed("none", make("span", "what it computes is not known"))];
    if (!known.length) return [classed("none", make("span", "what the other computes is not known"))];
    return twins.length ? same(best(twins, (mine) => differing(mine, theirs).length), theirs)
      : other(known, theirs);
  };

  // Rows of B that compute the same with the same defaults are one line.
  const alike = (found) => {
    const groups = new Map();
    for (const row of found) {
      const values = [...settings(row)].map(([name, { value }]) => `${name}=${value}`);
      const key = is_known(row) ? [row.variant, ...values].join("\n") : row.id;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups.values()];
  };

  const compare = () => {
    const [a, b] = all("select", choice).map((control) => control.value);
    const place = one("#differences");
    place.replaceChildren();
    if (!a || !b) return;
    const of = (name, algorithm) =>
      rows.filter((row) => row.package === name && row.algorithm === algorithm);
    const body = make("tbody");
    for (const [algorithm, title] of title_of) {
      const mine = of(a, algorithm);
      for (const group of mine.length ? alike(of(b, algorithm)) : []) {
        const name = make("th", title);
        name.scope = "row";
        const links = group.flatMap((row, place) => [place ? ", " : "", link(row)]);
        body.append(make("tr", name, make("td", ...links), make("td", ...verdict_on(mine, group[0]))));
      }
    }
    if (!body.children.length) {
      place.append(make("p", `${a} and ${b} have no algorithm in common that was judged.`));
      return;
    }
    const heads = ["Algorithm", b, `by ${a}`].map((text) => make("th", text));
    for (const head of heads) head.scope = "col";
    place.append(classed("comparison", make("table", make("thead", make("tr", ...heads)), body)));
  };

  for (const control of all("[name]", filters)) {
    control.addEventListener("input", () => { filter(); remember(); });
  }
  for (const control of all("[name]", choice)) {
    control.addEventListener("input", () => { compare(); remember(); });
  }
  one("button", filters).addEventListener("click", () => { reset(); remember(); });
  for (const row of rows) {
    row.element.addEventListener("toggle", () => unfold(row));
    if (row.element.open) unfold(row);
  }
  document.addEventListener("click", (event) => {
    const href = event.target.closest("a")?.getAttribute("href") ?? "";
    if (event.ctrlKey || event.metaKey || event.shiftKey || !row_at.has(href.slice(1))) return;
    event.preventDefault(); // The address keeps the filter beside the row.
    history.pushState(null, "", address([["row", href.slice(1)]]));
    open(href.slice(1));
  });
  addEventListener("hashchange", () => {
    follow();
    if (location.hash.includes("=") && !location.hash.includes("row=")) {
      one("#matrix").scrollIntoView();
    }
  });
  filters.hidden = choice.hidden = false;
  follow();
})();
