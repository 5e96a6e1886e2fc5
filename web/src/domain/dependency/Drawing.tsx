// The net as a drawing: boxes in layers. A drawing of our own, so that each box can be reached by keyboard and is read by its words: one stop for Tab, arrows move between boxes, Enter chooses.
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { t } from '../../i18n'
import { BOX, drawn, type Arrow } from './layout'
import type { Node } from './model'

type P = { nodes: Node[]; arrows: Arrow[]; chosen: string; fallen: Set<string>; path: string[]; kind: (n: Node) => string; choose: (id: string) => void }

/* The next box: up and down within a layer, to the side in the next one at about the same height. */
function next(key: string, id: string, layers: string[][]) {
  const l = layers.findIndex(x => x.includes(id)), i = layers[l]!.indexOf(id), side = layers[key === 'ArrowLeft' ? l - 1 : l + 1]
  if (key === 'ArrowUp' || key === 'ArrowDown') return layers[l]![i + (key === 'ArrowUp' ? -1 : 1)]
  if (key === 'Home') return layers[0]![0]
  if (key === 'End') return layers[layers.length - 1]![0]
  return key === 'ArrowLeft' || key === 'ArrowRight' ? side?.[Math.min(side.length - 1, Math.round(i * side.length / layers[l]!.length))] : undefined
}

export function Drawing({ nodes, arrows, chosen, fallen, path, kind, choose }: P) {
  const picture = useMemo(() => drawn(nodes.map(n => n.id), arrows), [nodes, arrows]), of = useMemo(() => new Map(nodes.map(n => [n.id, n])), [nodes])
  const [at, setAt] = useState(''), box = useRef<SVGSVGElement>(null)
  const stop = of.has(at) ? at : of.has(chosen) ? chosen : picture.layers[0]?.[0]
  const steps = new Set(path.slice(1).map((x, i) => `${path[i]} ${x}`))
  const down = (id: string) => fallen.has(id)
  const move = (e: KeyboardEvent, id: string) => {
    if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); choose(id); return }
    const to = next(e.key, id, picture.layers)
    if (!to) return
    e.preventDefault()
    setAt(to)
    const g = box.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(to)}"]`)
    g?.focus()
    g?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const says = (n: Node) => `${n.id} ${n.title}${t('、', ', ')}${kind(n)}${n.id === chosen ? t('、止めたもの', ', the one that fails') : down(n.id) ? t('、つられて止まる', ', falls with it') : ''}`
  return <svg ref={box} role="group" aria-label={t('依存のつながりの図。矢印キーで移り、Enterで選びます。', 'Drawing of the dependencies. Arrow keys move, Enter chooses.')} className="gr" width={picture.width} height={picture.height} viewBox={`0 0 ${picture.width} ${picture.height}`}>
    <defs>{['', '-down', '-path'].map(x => <marker key={x} id={`gr-tip${x}`} className={`gr-tip${x}`} viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" /></marker>)}<clipPath id="gr-fit"><rect width={BOX.w - 8} height={BOX.h} /></clipPath></defs>
    <g aria-hidden="true">{picture.lines.map(l => { const x = steps.has(`${l.from} ${l.to}`) ? '-path' : down(l.from) && down(l.to) ? '-down' : ''
      return <path key={`${l.from} ${l.to}`} d={l.d} markerEnd={`url(#gr-tip${x})`} className={`gr-line${x ? ` gr-line${x}` : ''}${l.spare ? ' gr-spare' : ''}`} /> })}</g>
    {picture.boxes.map(b => { const n = of.get(b.id)!
      return <g key={b.id} data-node={b.id} role="button" tabIndex={b.id === stop ? 0 : -1} aria-pressed={b.id === chosen} aria-label={says(n)} transform={`translate(${b.x} ${b.y})`}
        className={`gr-node${b.id === chosen ? ' gr-hit' : down(b.id) ? ' gr-down' : ''}${path.includes(b.id) ? ' gr-on' : ''}${n.kind === 'service' ? ' gr-service' : n.kind === 'supplier' ? ' gr-supplier' : ''}`} onClick={() => { setAt(b.id); choose(b.id) }} onFocus={() => setAt(b.id)} onKeyDown={e => move(e, b.id)}>
        <title>{says(n)}</title>
        <rect width={BOX.w} height={BOX.h} rx={n.kind === 'service' ? BOX.h / 2 : n.kind === 'supplier' ? 0 : 6} />
        <text x="14" y="18">{b.id === chosen || down(b.id) ? '✕ ' : ''}{b.id}</text>
        <text x="14" y="35" clipPath="url(#gr-fit)">{n.title}</text>
      </g> })}
  </svg>
}
