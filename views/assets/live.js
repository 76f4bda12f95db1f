// Keeps an open page as its server would render it now. Works on plain pages: a panel is an element with an id and
// data-live. A panel is changed in place, so that focus, scroll, typed text and opened details stay.
document.documentElement.classList.add('script')

const main = document.getElementById('main')
const every = Number(main.dataset.liveMs ?? 0)
const state = document.querySelector('[data-live-state]')
const banner = document.querySelector('[data-away]')
let lastHeard = Date.now()

/** Makes `now` look like `next`, keeping every node that can stay. */
function become(now, next) {
  if (now.isEqualNode(next)) return
  if (now.nodeType !== next.nodeType || now.nodeName !== next.nodeName || (now.id && next.id && now.id !== next.id)) {
    now.replaceWith(document.importNode(next, true))
    return
  }
  if (now.nodeType !== Node.ELEMENT_NODE) {
    now.nodeValue = next.nodeValue
    return
  }
  copyAttributes(now, next)
  const atEnd = now.hasAttribute('data-follow') && now.scrollTop + now.clientHeight >= now.scrollHeight - 8
  if (!(now === document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(now.nodeName))) becomeChildren(now, next)
  if (atEnd) now.scrollTop = now.scrollHeight
}

function copyAttributes(now, next) {
  const ours = (name) => (now.nodeName === 'DETAILS' && name === 'open') || name === 'hidden'
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name) && !ours(name)) now.removeAttribute(name)
  for (const { name, value } of next.attributes) if (!ours(name) && now.getAttribute(name) !== value) now.setAttribute(name, value)
}

function becomeChildren(now, next) {
  const wanted = [...next.childNodes]
  for (const [index, child] of wanted.entries()) {
    const there = now.childNodes[index]
    const moved = child.id && [...now.childNodes].find((node) => node.id === child.id)
    if (moved && moved !== there) now.insertBefore(moved, there ?? null)
    if (now.childNodes[index]) become(now.childNodes[index], child)
    else now.append(document.importNode(child, true))
  }
  while (now.childNodes.length > wanted.length) now.lastChild.remove()
}

/** What is shown stays, under a sentence that says why it does not change. */
function sayAway(sentence) {
  banner.textContent = sentence ?? ''
  banner.hidden = !sentence
}

/** Null where there is nothing to show: signed out, or an answer that is no page of this address. */
async function fetchPage(address, options) {
  const response = await fetch(address, { credentials: 'same-origin', ...options })
  if (response.redirected && new URL(response.url).pathname === '/sign-in') {
    location.assign('/sign-in')
    return null
  }
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  if (response.status === 503) sayAway(page.getElementById('sentence')?.textContent)
  return options?.onlyOk && !response.ok ? null : page
}

async function lookAgain() {
  const page = await fetchPage(location.href, { onlyOk: true })
  if (!page) throw new Error('there is no page at this address now')
  for (const panel of document.querySelectorAll('[data-live][id]')) {
    const next = page.getElementById(panel.id)
    if (next) become(panel, next)
  }
  const expected = [...page.querySelectorAll('[data-live][id]')].map((panel) => panel.id)
  const shown = [...document.querySelectorAll('[data-live][id]')].map((panel) => panel.id)
  // A panel came or went: the frame around the panels changes as a whole, in place as well.
  if (expected.join() !== shown.join()) become(main, page.getElementById('main'))
  const foot = page.getElementById('foot')
  if (foot) for (const [index, part] of [...foot.children].entries()) refreshFoot(index, part)
  for (const copy of document.querySelectorAll('[data-copy][hidden]')) copy.hidden = false
  const ms = Number(page.getElementById('main').dataset.liveMs ?? 0)
  if (ms > 0) main.dataset.liveMs = String(ms)
  sayAway(null)
  heard()
}

function refreshFoot(index, part) {
  const there = document.getElementById('foot').children[index]
  if (there && !there.hasAttribute('data-live-state')) become(there, part)
}

let looking = false
let askedAgain = false
// Looks in a row that brought nothing. Each doubles the wait before the next, and changes that are told wait too.
let misses = 0
let notBefore = 0
// Where the server says that it waits for its database, it will not wait for long.
const pauseMs = () => Math.min(banner.hidden ? 60_000 : 4_000, Number(main.dataset.liveMs) * 2 ** Math.min(misses, 10))

async function look() {
  if (Date.now() < notBefore) return
  if (looking) {
    askedAgain = true
    return
  }
  looking = true
  try {
    await lookAgain()
    misses = 0
  } catch {
    // The server is away, or refuses: what is shown stays, the footer says so, and a later look tries again.
    misses += 1
    notBefore = Date.now() + pauseMs() - 50
  }
  looking = false
  if (askedAgain) {
    askedAgain = false
    setTimeout(look, 150)
  }
}

function heard() {
  lastHeard = Date.now()
  state.hidden = false
  state.textContent = 'Live updates on'
  state.classList.remove('stale')
}

function watchPage() {
  let source = null
  let timer = null
  const schedule = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void look().then(() => (source || misses > 0 ? schedule() : open())), pauseMs())
  }
  const open = () => {
    if (source || document.hidden) return
    source = new EventSource('/api/v1/events')
    source.addEventListener('open', () => {
      // The server is there again after a silence: no need to wait any longer.
      if (misses === 0) return
      misses = 0
      notBefore = 0
      void look()
    })
    source.addEventListener('change', () => void look())
    source.addEventListener('away', () => void look())
    source.addEventListener('back', () => {
      misses = 0
      notBefore = 0
      void look()
    })
    // Refused: a browser does not try again by itself.
    source.addEventListener('error', (event) => {
      if (event.target.readyState === EventSource.CLOSED && event.target === source) source = null
    })
    void look().then(schedule)
  }
  // Hidden pages hold no connection: a browser has only a few for one server.
  const close = () => {
    source?.close()
    source = null
    clearTimeout(timer)
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  addEventListener('pagehide', close)
  setInterval(() => {
    const silentMs = Date.now() - lastHeard
    if (document.hidden || silentMs < Number(main.dataset.liveMs) + 3000) return
    state.hidden = false
    state.classList.add('stale')
    state.textContent = `Nothing heard for ${Math.round(silentMs / 1000)} s: what is shown may be old`
  }, 1000)
  setTimeout(open, 400)
}

/** A form with data-preview shows, beside it, what its server makes of it while one types. */
function previewForm(form) {
  let timer = null
  let latest = 0
  const show = async () => {
    const mine = ++latest
    const body = new URLSearchParams(new FormData(form))
    body.set('do', 'preview')
    const page = await fetchPage(form.action, { method: 'POST', body })
    const next = page?.getElementById(form.dataset.preview)
    if (next && mine === latest) become(document.getElementById(form.dataset.preview), next)
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => void show().catch(() => undefined), 250)
  })
  // What depends on the application (its images, port, health path) is the server's to fill in.
  form.querySelector('select[name="application"]')?.addEventListener('change', (event) => {
    location.assign(`${location.pathname}?application=${encodeURIComponent(event.target.value)}`)
  })
}

function guardEnter(form) {
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.nodeName === 'INPUT') event.preventDefault()
  })
}

function copyButton(button) {
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent)
    button.textContent = 'Copied'
    setTimeout(() => (button.textContent = 'Copy'), 2000)
  })
}

const places = {
  h: '/',
  a: '/applications',
  c: '/clusters',
  i: '/images',
  b: '/load-balancers',
  n: '/instances',
  t: '/tonight',
  l: '/log',
  s: '/system',
  j: '/jobs',
}
let afterG = false

function keys(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName) || event.target.isContentEditable
  // Not a single key: it works while typing too, and when those are off.
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && document.querySelector('.bar-find')) {
    event.preventDefault()
    const field = document.getElementById('find')
    if (field) field.select()
    else location.assign('/find')
    return
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem('keys') === 'off') return
  if (afterG && places[event.key]) location.assign(places[event.key])
  else if (event.key === '?') location.assign('/more#keys')
  else if (event.key === '/' && document.getElementById('filter')) {
    event.preventDefault()
    document.getElementById('filter').focus()
  } else if (event.key === 'j' || event.key === 'k') nextRow(event.key === 'j' ? 1 : -1)
  afterG = event.key === 'g'
}

/** The focus goes to the link of the next row of whatever list is on the page. */
function nextRow(step) {
  const rows = [...main.querySelectorAll('tbody tr, .feed li, .found li')].filter((row) => row.querySelector('a[href]'))
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step
  rows[next]?.querySelector('a[href]').focus()
}

/** Finds while one types; arrows go through what was found, Enter opens the first. */
function findField(input) {
  let timer = null
  let latest = 0
  const show = async () => {
    const mine = ++latest
    const address = `/find?q=${encodeURIComponent(input.value)}`
    const page = await fetchPage(address, { onlyOk: true })
    if (!page || mine !== latest) return
    for (const id of ['found', 'sentence']) become(document.getElementById(id), page.getElementById(id))
    history.replaceState(null, '', address)
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => void show().catch(() => undefined), 150)
  })
  addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    const links = [input, ...document.querySelectorAll('#found a')]
    const at = links.indexOf(document.activeElement)
    if (at < 0 || !links[at + step]) return
    event.preventDefault()
    links[at + step].focus()
  })
  input.form.addEventListener('submit', (event) => {
    const first = document.querySelector('#found a')
    // What is shown may still be for what stood there before.
    if (!first || new URLSearchParams(location.search).get('q') !== input.value) return
    event.preventDefault()
    location.assign(first.href)
  })
  input.setSelectionRange(input.value.length, input.value.length)
}

function keysToggle(button) {
  const say = () => (button.textContent = localStorage.getItem('keys') === 'off' ? 'Switch single keys on' : 'Switch single keys off')
  button.hidden = false
  button.addEventListener('click', () => {
    localStorage.setItem('keys', localStorage.getItem('keys') === 'off' ? 'on' : 'off')
    say()
  })
  say()
}

/** A button pressed twice asks once. */
function onceOnly(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault()
    form.dataset.sent = 'yes'
  })
}
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent))

if (every > 0 && state) watchPage()
// On a phone the bar scrolls by itself: the page that one is on must not be out of its sight.
document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
document.querySelectorAll('form[data-preview]').forEach(previewForm)
document.querySelectorAll('form[data-no-enter]').forEach(guardEnter)
document.querySelectorAll('form[method="post"]').forEach(onceOnly)
document.querySelectorAll('[data-copy]').forEach(copyButton)
document.querySelectorAll('[data-find]').forEach(findField)
document.querySelectorAll('[data-keys-toggle]').forEach(keysToggle)
document.querySelectorAll('[data-follow]').forEach((log) => (log.scrollTop = log.scrollHeight))
addEventListener('keydown', keys)
