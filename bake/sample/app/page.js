// The page: a sky, a horizon and a sun, drawn with gradients so that nothing has to be fetched.
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character])

export function page(look, { instance, zone }) {
  const stars = look.stars ? starField() : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sunrise ${escaped(look.version)}</title>
<style>
  * { box-sizing: border-box; margin: 0 }
  body {
    min-height: 100vh; overflow: hidden; display: grid; place-items: center; text-align: center;
    font-family: ui-rounded, "SF Pro Rounded", "Segoe UI", system-ui, sans-serif; color: ${look.ink};
    background: linear-gradient(${look.sky.join(', ')});
  }
  main { position: relative; z-index: 2; padding: 2rem; margin-top: -16vh }
  h1 { font-size: clamp(2.6rem, 9vw, 6rem); font-weight: 600; letter-spacing: -0.03em; line-height: 1 }
  p { margin-top: 1rem; font-size: clamp(1rem, 2.4vw, 1.3rem); opacity: 0.85 }
  .version {
    display: inline-block; margin-bottom: 1.4rem; padding: 0.3rem 1rem; border-radius: 99px;
    font-size: 1.05rem; font-variant-numeric: tabular-nums; background: ${look.badge}; color: ${look.badgeInk};
  }
  .where { margin-top: 2.2rem; font: 0.9rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; opacity: 0.75 }
  .sun {
    position: fixed; left: 50%; bottom: ${look.sun.height}; width: 34vmin; height: 34vmin; border-radius: 50%;
    transform: translate(-50%, 50%); background: ${look.sun.colour}; box-shadow: 0 0 18vmin 6vmin ${look.sun.glow};
  }
  .hill { position: fixed; left: -10%; right: -10%; bottom: 0; height: 24vh; background: ${look.ground[0]}; border-radius: 50% 50% 0 0 / 60% 60% 0 0 }
  .hill + .hill { left: 30%; right: -40%; height: 18vh; background: ${look.ground[1]} }
  .star { position: fixed; width: 2px; height: 2px; border-radius: 50%; background: #fff }
  @media (prefers-reduced-motion: no-preference) {
    .sun { animation: rise 2.4s ease-out }
    @keyframes rise { from { bottom: calc(${look.sun.height} - 14vh); opacity: 0.4 } }
  }
</style>
</head>
<body>
${stars}
<div class="sun"></div>
<div class="hill"></div><div class="hill"></div>
<main>
  <div class="version">version ${escaped(look.version)}</div>
  <h1>${escaped(look.title)}</h1>
  <p>${escaped(look.line)}</p>
  <div class="where">${escaped(instance)}<br>${escaped(zone)}</div>
</main>
</body>
</html>
`
}

/** The same stars every time: their places follow from their number. */
function starField() {
  return Array.from({ length: 90 }, (_, number) => {
    const left = (number * 61.8034) % 100
    const top = (number * number * 7.31) % 62
    const opacity = 0.3 + ((number * 37) % 60) / 100
    return `<i class="star" style="left:${left.toFixed(2)}%;top:${top.toFixed(2)}%;opacity:${opacity.toFixed(2)}"></i>`
  }).join('')
}
