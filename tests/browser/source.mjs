// The front end's own source for the tests: a module of it run here by Vite, and its files as syntax trees.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { need, root } from './kaname.mjs'

const vite = await import(pathToFileURL(need.resolve('vite')).href)
const web = join(root, 'web')

/** What a module of web/src exports. The browser's things that it touches while it loads are empty. */
export async function modules(path) {
  Object.assign(globalThis, { localStorage: { getItem: () => null }, document: { documentElement: {} }, addEventListener() {}, location: { hash: '' } })
  globalThis.navigator ??= { language: 'ja' }
  const server = await vite.createServer({ root: web, configFile: false, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true, include: [] } })
  try { return await server.ssrLoadModule(path) } finally { await server.close() }
}

/** Each file of web/src: its name, its text, its tree. */
export function trees() {
  return readdirSync(join(web, 'src'), { recursive: true }).filter(f => /\.tsx?$/.test(f)).map(f => {
    const file = join(web, 'src', f), text = readFileSync(file, 'utf8')
    return { name: relative(web, file), text, tree: vite.parseSync(file, text, { lang: f.endsWith('x') ? 'tsx' : 'ts' }).program }
  })
}
