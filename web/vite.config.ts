import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'
import tailwind from '@tailwindcss/vite'

// Everything the page needs comes from its own origin, as files: the server's CSP allows no inline style or script.
export default defineConfig({
  plugins: [react(), tailwind()],
  build: { sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
})
