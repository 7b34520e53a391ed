// Search, filter, sort, chart and download every figure; no request leaves the file.
const { rows, words, labels, site } = JSON.parse(document.getElementById("data").textContent);
const COLOURS = ["#12436D", "#828C97", "#A07C1C", "#9B1C31", "#3C74A8", "#525E69"];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const form = document.getElementById("filters");
let language = location.hash === "#en" ? "en" : "vi";
let table = null;

const word = (key) => words[key ? `explore_${key}` : "explore"][language];
const label = (kind, code) => (labels[kind][code] || { vi: code, en: code })[language];
const escape = (text) => new Option(text).innerHTML;

function columns() {
  const named = (kind) => ({ data: kind, render: (code) => escape(label(kind, code)) });
  return [
    named("indicator"), named("area"), named("reform"),
    { data: "day", render: (day, type, row) => (type === "sort" ? row.start : escape(day)) },
    { data: "printed", render: (text) => escape(text) },
    { data: "value", className: "number", render: (value, type) =>
        type === "display" ? value.toLocaleString(language, { maximumFractionDigits: 6 }) : value },
    { data: "source", render: (source, type, row) => type !== "display" ? label("source", source) :
        `${escape(label("source", source))}${row.paragraph ? `, ${escape(word("paragraph"))} ${row.paragraph}` : ""}` },
    { data: "figure", render: (id, type, row) => type !== "display" ? id :
        `<a href="${language}/${escape(row.address)}"><code>${escape(id)}</code></a>` },
  ];
}

function chosen() {
  const asked = Object.fromEntries(new FormData(form));
  return rows.filter((row) => ["reform", "area", "indicator"].every((kind) => !asked[kind] || row[kind] === asked[kind])
    && (!asked.from || row.end >= asked.from) && (!asked.to || row.start <= asked.to));
}

// Each choice offers only what the other choices leave figures for.
function offer() {
  for (const kind of ["reform", "area", "indicator"]) {
    const field = form.elements[kind], now = field.value;
    field.value = "";
    const codes = [...new Set(chosen().map((row) => row[kind]))].filter(Boolean);
    codes.sort((a, b) => label(kind, a).localeCompare(label(kind, b), language));
    field.replaceChildren(new Option(word("any"), ""), ...codes.map((code) => new Option(label(kind, code), code)));
    field.value = codes.includes(now) ? now : "";
  }
}

function draw(found) {
  const place = document.getElementById("chart"), series = new Map();
  for (const row of found.filter((row) => row.end)) {
    const key = `${label("indicator", row.indicator)} · ${label("area", row.area)} · ${label("unit", row.indicator)}`;
    if (!series.has(key)) series.set(key, []);
    series.get(key).push(row);
  }
  const lines = [...series].filter(([, points]) => new Set(points.map((point) => point.end)).size > 1);
  const units = new Set(lines.flatMap(([, points]) => points.map((point) => point.unit)));
  if (!lines.length || lines.length > COLOURS.length || units.size > 1) {
    place.innerHTML = `<p>${escape(word(lines.length ? "too_much" : "nothing"))}</p>`;
    return;
  }
  const wide = Math.min(place.clientWidth || 900, 944), high = 260, time = (row) => Date.parse(row.end);
  const all = lines.flatMap(([, points]) => points), days = all.map(time);
  const [first, last] = [Math.min(...days), Math.max(...days)], top = Math.max(...all.map((row) => row.value));
  const x = (row) => 60 + (wide - 90) * (time(row) - first) / (last - first || 1);
  const y = (value) => high - 30 - (high - 50) * value / (top || 1);
  const text = (at, base, words_, side) => `<text x="${at}" y="${base}" text-anchor="${side}">${escape(words_)}</text>`;
  let marks = `<line x1="60" x2="${wide - 30}" y1="${y(0)}" y2="${y(0)}" stroke="#7C8791"/>`;
  marks += text(54, y(0) + 4, "0", "end") + text(54, y(top) + 4, top.toLocaleString(language), "end");
  marks += text(60, high - 8, all.reduce((a, b) => (time(a) < time(b) ? a : b)).end.slice(0, 4), "start");
  marks += text(wide - 30, high - 8, all.reduce((a, b) => (time(a) > time(b) ? a : b)).end.slice(0, 4), "end");
  lines.forEach(([, points], at) => {
    points.sort((a, b) => time(a) - time(b));
    marks += `<polyline fill="none" stroke="${COLOURS[at]}" stroke-width="2" points="${points.map((p) => `${x(p)},${y(p.value)}`).join(" ")}"/>`;
    for (const p of points) marks += `<circle cx="${x(p)}" cy="${y(p.value)}" r="4" fill="${COLOURS[at]}"><title>${escape(`${p.day}: ${p.printed}`)}</title></circle>`;
  });
  const names = lines.map(([name], at) => `<li style="--mark:${COLOURS[at]}">${escape(name)}</li>`).join("");
  place.innerHTML = `<svg role="img" aria-label="${escape(word("time"))}" viewBox="0 0 ${wide} ${high}">${marks}</svg><ul>${names}</ul>`;
}

function show() {
  offer();
  table.clear().rows.add(chosen()).draw();
}

function speak() {
  const of = (each, name) => words[each.dataset[name]][language];
  document.documentElement.lang = language;
  document.title = `${word("")} | ${site[language]}`;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = of(each, "word");
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", of(each, "label"));
  for (const each of document.querySelectorAll(".languages button")) each.setAttribute("aria-pressed", each.id === language);
  const home = document.getElementById("home");
  home.textContent = site[language];
  home.href = `${language}/index.html`;
  if (table) table.destroy();
  table = new DataTable("#figures", {
    data: chosen(), columns: columns(), order: [[3, "desc"]], pageLength: 25, lengthChange: false, autoWidth: false,
    language: { thousands: language === "vi" ? "." : ",", search: word("search"), info: word("info"), infoFiltered: "", infoEmpty: word("empty"), emptyTable: word("empty"), zeroRecords: word("empty"),
      paginate: { first: "«", previous: "‹", next: "›", last: "»" },
      aria: { orderable: word("sort"), orderableReverse: word("sort"), orderableRemove: word("sort"),
        paginate: { first: word("first"), previous: word("previous"), next: word("next"), last: word("last"), number: word("page") + " " } } },
    layout: { topStart: "info", topEnd: ["search", { buttons: [{ extend: "csvHtml5", text: word("download"), filename: "figures", bom: true, exportOptions: { orthogonal: "export" } }] }], bottomStart: null, bottomEnd: "paging" },
  });
  table.on("draw", () => draw(table.rows({ search: "applied" }).data().toArray()));
  offer();
  table.draw();
}

DataTable.util.diacritics(plain);
form.addEventListener("change", show);
form.addEventListener("reset", () => setTimeout(show));
for (const each of document.querySelectorAll(".languages button")) each.addEventListener("click", () => { language = each.id; speak(); });
speak();
