// Where the boxes of a net stand: in layers from what is needed (left) to what needs it (right), crossings thinned out by a few sweeps. Pure: no drawing.
export type Arrow = { from: string; to: string; spare: boolean /* one of several, of which not every one is needed */ }
export type Box = { id: string; layer: number; x: number; y: number }
export type Drawn = { boxes: Box[]; lines: (Arrow & { d: string })[]; layers: string[][]; width: number; height: number }

export const BOX = { w: 168, h: 44, x: 72, y: 14, edge: 8 }

/* An arrow that comes back to where a walk came from closes a loop: for the layers it does not count. */
function forward(ids: string[], out: Map<string, Arrow[]>) {
  const state = new Map<string, 1 | 2>(), kept: Arrow[] = []
  for (const root of ids) {
    if (state.has(root)) continue
    const stack: { id: string; at: number }[] = [{ id: root, at: 0 }]
    state.set(root, 1)
    while (stack.length) {
      const top = stack[stack.length - 1]!, next = out.get(top.id)?.[top.at++]
      if (!next) { state.set(top.id, 2); stack.pop(); continue }
      if (state.get(next.to) === 1) continue
      kept.push(next)
      if (!state.has(next.to)) { state.set(next.to, 1); stack.push({ id: next.to, at: 0 }) }
    }
  }
  return kept
}

/* The longest way from something that needs nothing. */
function layersOf(ids: string[], arrows: Arrow[]) {
  const waits = new Map(ids.map(id => [id, 0])), out = new Map<string, string[]>(), layer = new Map(ids.map(id => [id, 0]))
  for (const a of arrows) { waits.set(a.to, waits.get(a.to)! + 1); out.set(a.from, [...out.get(a.from) ?? [], a.to]) }
  const ready = ids.filter(id => !waits.get(id))
  for (let i = 0; i < ready.length; i++) for (const to of out.get(ready[i]!) ?? []) {
    layer.set(to, Math.max(layer.get(to)!, layer.get(ready[i]!)! + 1))
    waits.set(to, waits.get(to)! - 1)
    if (!waits.get(to)) ready.push(to)
  }
  const layers: string[][] = []
  for (const id of ids) (layers[layer.get(id)!] ??= []).push(id)
  return layers.filter(Boolean)
}

/* Each box towards the middle of those that it hangs on; to the right and back, four times. */
function ordered(layers: string[][], arrows: Arrow[]) {
  const near = new Map<string, string[]>()
  for (const a of arrows) { near.set(a.from, [...near.get(a.from) ?? [], a.to]); near.set(a.to, [...near.get(a.to) ?? [], a.from]) }
  for (let sweep = 0; sweep < 8; sweep++) {
    const place = new Map<string, number>()
    for (const l of layers) l.forEach((id, i) => place.set(id, i / l.length))
    const middle = (id: string) => { const n = near.get(id) ?? []; return n.length ? n.reduce((s, x) => s + place.get(x)!, 0) / n.length : place.get(id)! }
    for (const l of sweep % 2 ? [...layers].reverse() : layers) {
      const by = new Map(l.map(id => [id, middle(id)]))
      l.sort((a, b) => by.get(a)! - by.get(b)!)
      l.forEach((id, i) => place.set(id, i / l.length))
    }
  }
}

export function drawn(ids: string[], arrows: Arrow[]): Drawn {
  const out = new Map<string, Arrow[]>()
  for (const a of arrows) out.set(a.from, [...out.get(a.from) ?? [], a])
  const kept = forward(ids, out), layers = layersOf(ids, kept)
  ordered(layers, kept)
  const tall = Math.max(1, ...layers.map(l => l.length)), step = BOX.h + BOX.y
  const boxes = layers.flatMap((l, layer) => l.map((id, i) => ({ id, layer, x: BOX.edge + layer * (BOX.w + BOX.x), y: BOX.edge + i * step + (tall - l.length) * step / 2 })))
  const at = new Map(boxes.map(b => [b.id, b]))
  const lines = arrows.map(a => {
    const f = at.get(a.from)!, to = at.get(a.to)!, x = f.x + BOX.w, y = f.y + BOX.h / 2, u = to.x, v = to.y + BOX.h / 2, bow = Math.max(28, Math.abs(u - x) / 2)
    return { ...a, d: `M${x} ${y} C${x + bow} ${y} ${u - bow} ${v} ${u} ${v}` }
  })
  return { boxes, lines, layers, width: 2 * BOX.edge + layers.length * (BOX.w + BOX.x) - BOX.x, height: 2 * BOX.edge + tall * step - BOX.y }
}
