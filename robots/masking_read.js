// Runs in every frame, and changes nothing in it. Returns the layout of the document: coloured boxes, texts that were
// marked safe, and bars where any other text stands. No other text leaves the page.
({ labels, patterns, named, frames }) => {
  const safeLabels = new Set(labels);
  const whole = (pattern) => new RegExp(`^(?:${pattern})$`, "u");
  const safePatterns = patterns.map(whole);
  const safeNamed = named.map(([name, pattern]) => [name, whole(pattern)]);
  const identityNumber = /(?<!\d)\d{6}[\s.-]?\d{5}(?!\d)/u;
  const replaced = "img,picture,canvas,svg,video,audio,object,embed,math,progress,meter";
  const items = [];

  const plain = (text) => text.replace(/\s+/gu, " ").trim();
  const hasNumber = (text) => identityNumber.test(plain(text));

  // Digits spread over neighbouring inline elements still read as one number on the screen.
  const blockText = (element) => {
    let block = element;
    while (block.parentElement && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    return block.textContent;
  };

  // What the page calls the text in a cell: what stands beside it, and the heading right over it.
  const namesOf = (element) => {
    const cell = element.closest("td");
    const first = cell?.closest("table")?.rows[0];
    if (!first) return [];
    const isOver = (other) => other.offsetLeft === cell.offsetLeft && other.offsetWidth === cell.offsetWidth;
    const headings = [...first.cells].filter((other) => other.localName === "th" && isOver(other));
    return [cell.previousElementSibling, ...headings].filter(Boolean).map((name) => plain(name.textContent));
  };

  const isSafe = (text, parent) => {
    const words = plain(text);
    if (hasNumber(words)) return false;
    if (safeLabels.has(words)) return true;
    const fits = safeNamed.filter(([, pattern]) => pattern.test(words));
    const names = fits.length ? namesOf(parent) : [];
    const marked = safePatterns.some((p) => p.test(words)) || fits.some(([name]) => names.includes(name));
    return marked && !hasNumber(blockText(parent)) && !hasNumber(blockText(parent).replace(/\s+/gu, ""));
  };

  const intersect = (a, b) => {
    const x = Math.max(a.x, b.x);
    const y = Math.max(a.y, b.y);
    const right = Math.min(a.x + a.width, b.x + b.width);
    const bottom = Math.min(a.y + a.height, b.y + b.height);
    return { x, y, width: right - x, height: bottom - y };
  };
  const visible = (area) => area.width > 0.5 && area.height > 0.5;
  const put = (kind, area, layer, more) =>
    items.push({ kind, layer, x: area.x, y: area.y, width: area.width, height: area.height, ...more });

  const fontOf = (style) => ({
    font: `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
    color: style.color,
  });

  const textNode = (node, parent, style, clip, layer) => {
    if (!node.data.trim() || style.visibility !== "visible") return;
    const range = document.createRange();
    if (!isSafe(node.data, parent)) {
      range.selectNodeContents(node);
      for (const area of range.getClientRects()) {
        const seen = intersect(area, clip);
        if (visible(seen)) put("bar", seen, layer);
      }
      return;
    }
    for (const word of node.data.matchAll(/\S+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const area = range.getBoundingClientRect();
      if (visible(intersect(area, clip))) put("text", area, layer, { text: word[0], ...fontOf(style) });
    }
  };

  const control = (element, area, style, layer) => {
    const type = element.localName === "input" ? element.type : element.localName;
    const chosen = type === "select" ? (element.selectedOptions[0]?.text ?? "") : "";
    if (type === "checkbox" || type === "radio") {
      put("text", area, layer, { text: element.checked ? "☒" : "☐", ...fontOf(style) });
    } else if (["submit", "button", "reset"].includes(type) && isSafe(element.value, element)) {
      put("text", area, layer, { text: plain(element.value), center: true, ...fontOf(style) });
    } else if (chosen && isSafe(chosen, element)) {
      put("text", { ...area, x: area.x + 4 }, layer, { text: plain(chosen), ...fontOf(style) });
    } else if (element.value) {
      const bar = { x: area.x + 4, y: area.y + area.height / 4, width: area.width * 0.6, height: area.height / 2 };
      put("bar", bar, layer);
    }
  };

  const walk = (element, clip, layer) => {
    const style = getComputedStyle(element);
    if (style.display === "none" || Number(style.opacity) === 0) return;
    const own = element.getBoundingClientRect();
    const seen = intersect(own, clip);
    if (style.position !== "static" && style.zIndex !== "auto") layer = Math.max(layer, Number(style.zIndex));
    if (style.visibility === "visible" && visible(seen) && style.display !== "contents") {
      const look = { background: style.backgroundColor, edges: [] };
      for (const side of ["Top", "Right", "Bottom", "Left"]) {
        look.edges.push(`${style[`border${side}Width`]} ${style[`border${side}Style`]} ${style[`border${side}Color`]}`);
      }
      put("box", seen, layer, look);
      if (element.matches(replaced)) put("blank", seen, layer);
      if (element.matches("iframe,frame")) {
        const frame = frames.indexOf(element);
        const inside = {
          x: own.x + element.clientLeft + parseFloat(style.paddingLeft),
          y: own.y + element.clientTop + parseFloat(style.paddingTop),
          width: element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight),
          height: element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
        };
        put(frame < 0 ? "blank" : "frame", frame < 0 ? seen : inside, layer, { frame });
      }
      if (element.matches("input,select,textarea")) control(element, seen, style, layer);
    }
    if (element.matches(replaced) || element.matches("iframe,frame,input,select,textarea,script,style")) return;
    const whole = element === document.documentElement || element === document.body;
    const inside = whole || style.overflow === "visible" ? clip : seen;
    for (const child of (element.shadowRoot ?? element).childNodes) {
      const nodes = child.localName === "slot" ? child.assignedNodes() : [child];
      for (const node of nodes) visit(node, element, style, inside, layer);
    }
  };
  const visit = (node, parent, style, clip, layer) => {
    if (node.nodeType === Node.TEXT_NODE) textNode(node, parent, style, clip, layer);
    else if (node.nodeType === Node.ELEMENT_NODE) walk(node, clip, layer);
  };

  const width = window.innerWidth;
  const height = window.innerHeight;
  if (document.documentElement) walk(document.documentElement, { x: 0, y: 0, width, height }, 0);
  items.sort((a, b) => a.layer - b.layer);
  // The background of the body, or of the document, fills the window.
  const roots = [document.documentElement, document.body].filter(Boolean);
  const colours = roots.map((root) => getComputedStyle(root).backgroundColor);
  const background = colours.find((colour) => !["transparent", "rgba(0, 0, 0, 0)"].includes(colour)) ?? "white";
  return { width, height, background, items };
}
