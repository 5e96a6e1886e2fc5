// A QR code as one SVG path: no inline style, prints black on white.
import { useMemo } from 'react'
import encodeQR from 'qr'

export function Qr({ text, label }: { text: string; label: string }) {
  const { d, size } = useMemo(() => {
    const rows = encodeQR(text, 'raw')
    return { size: rows.length, d: rows.flatMap((row, y) => row.map((on, x) => on ? `M${x} ${y}h1v1h-1z` : '')).join('') }
  }, [text])
  return <svg role="img" aria-label={label} width="208" height="208" viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="bg-white text-black"><path d={d} fill="currentColor" /></svg>
}
