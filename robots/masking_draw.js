// Runs in an empty page of ours and draws there what masking_read.js returned, one screen below the other.
(screens) => {
  const place = (element, item) => {
    Object.assign(element.style, {
      position: "absolute",
      boxSizing: "border-box",
      overflow: "hidden",
      left: `${item.x}px`,
      top: `${item.y}px`,
      width: `${item.width}px`,
      height: `${item.height}px`,
    });
    return element;
  };
  const draw = {
    box: (element, item) => {
      element.style.background = item.background;
      ["Top", "Right", "Bottom", "Left"].forEach((side, n) => {
        element.style[`border${side}`] = item.edges[n];
      });
    },
    bar: (element) => Object.assign(element.style, { background: "#8a8f98", borderRadius: "2px" }),
    blank: (element) => {
      element.style.background = "repeating-linear-gradient(45deg, #d5d8dd 0 6px, #eceef1 6px 12px)";
    },
    text: (element, item) => {
      element.textContent = item.text;
      const { font, color, height } = item;
      Object.assign(element.style, { font, color, lineHeight: `${height}px`, whiteSpace: "pre" });
      if (item.center) element.style.textAlign = "center";
      else element.style.overflow = "visible"; // a width rounded down must not cut the last letter off
    },
    frame: (element, item, screen) => {
      element.style.background = screen.frames[item.frame].background;
      fill(element, screen.frames[item.frame]);
    },
  };
  const fill = (parent, screen) => {
    for (const item of screen.items) {
      const element = place(document.createElement("div"), item);
      draw[item.kind](element, item, screen);
      parent.append(element);
    }
  };
  document.body.style.cssText = "margin: 0; background: white";
  for (const screen of screens) {
    const sheet = document.createElement("div");
    Object.assign(sheet.style, {
      position: "relative",
      overflow: "hidden",
      width: `${screen.width}px`,
      height: `${screen.height}px`,
      borderBottom: "4px solid #333",
      background: screen.background,
    });
    fill(sheet, screen);
    document.body.append(sheet);
  }
  return { width: Math.ceil(Math.max(...screens.map((screen) => screen.width))), text: document.body.innerText };
}
