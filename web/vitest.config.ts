import { defineConfig } from 'vitest/config';

export default defineConfig({
	esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
	/* Long: nothing here is about how fast a machine is. */
	test: { include: ['tests/**/*.test.{ts,tsx}'], testTimeout: 60000 },
});
