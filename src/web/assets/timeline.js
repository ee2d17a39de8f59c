// Puts a chart with a cursor in the place of each drawn series. All charts of a timeline share the cursor.
"use strict";

/** @param {string} name */
const colourOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour of the style sheet, resolved: a canvas knows no `light-dark()`. @param {Element} at @param {string} name */
function resolved(at, name) {
  const probe = document.createElement("span");
  probe.style.color = colourOf(name);
  at.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

const clock = (ms) => new Date(ms).toISOString().slice(11, 19);

/** @param {HTMLElement} timeline */
function draw(timeline) {
  for (const old of timeline.querySelectorAll(".plot")) old.remove();
  const frame = [...timeline.children].find((one) => one instanceof HTMLElement && one.offsetParent !== null);
  const svg = frame?.querySelector("svg");
  if (!(frame instanceof HTMLElement) || !svg) return;
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const [start, end] = [Number(timeline.dataset.start) / 1000, Number(timeline.dataset.end) / 1000];
  for (const group of svg.querySelectorAll("[data-plot]")) {
    const { y, height, left, right, points } = JSON.parse(group.getAttribute("data-plot") ?? "{}");
    const plot = document.createElement("div");
    plot.className = "plot";
    plot.style.left = `${left * scale}px`;
    plot.style.top = `${y * scale}px`;
    frame.append(plot);
    const value = document.createElement("output");
    value.className = "plot-value";
    const values = points.map((point) => point[1]);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const flat = low === high;
    const range = flat
      ? [low - 1, high + 1]
      : [low >= 0 && low < (high - low) / 2 ? 0 : low - (high - low) * 0.05, high + (high - low) * 0.05];
    const chart = new uPlot(
      {
        width: (svg.viewBox.baseVal.width - left - right) * scale,
        height: height * scale,
        padding: [0, 0, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: "timeline" }, y: false, drag: { x: false, y: false } },
        scales: { x: { range: [start, end] }, y: { range } },
        axes: [{ show: false }, { show: false }],
        series: [{}, { stroke: resolved(plot, "--series"), width: 2, points: { show: false } }],
        hooks: {
          setCursor: [
            ({ cursor, data }) => {
              const { idx } = cursor;
              value.textContent =
                idx == null ? "" : `${clock(data[0][idx] * 1000)}  ${Number(data[1][idx].toPrecision(4))}`;
            },
          ],
        },
      },
      [points.map((point) => point[0] / 1000), values],
      plot,
    );
    chart.root.append(value);
    group.classList.add("is-replaced");
  }
}

for (const timeline of document.querySelectorAll(".timeline")) {
  if (!(timeline instanceof HTMLElement)) continue;
  draw(timeline);
  let width = timeline.clientWidth;
  new ResizeObserver(() => {
    if (timeline.clientWidth === width) return;
    width = timeline.clientWidth;
    draw(timeline);
  }).observe(timeline);
}
