/* What `npm run build` left in dist/. */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const DIST = path.resolve(__dirname, '../dist');
const MODERN_MOST = 60 * 1024;
const WIDGET_MOST = 5 * 1024;

function read(name: string): Buffer {
	return fs.readFileSync(path.join(DIST, name));
}

const pages = ['index.html', 'accessibility.html', 'console/index.html'];
const named = (html: string) => [...html.matchAll(/(?:src|href)="([^"#]+\.\w+)"/g)].map((match) => match[1] as string);

describe('the built page', () => {
	it('names only files that are there, and none of another server', () => {
		for (const page of pages)
			for (const name of named(read(page).toString()))
				expect(fs.existsSync(path.join(DIST, path.dirname(page), name)), `${page}: ${name}`).toBe(true);
	});

	it('holds no script, style or handler in its pages, as the content policy forbids them', () => {
		for (const page of pages) {
			const html = read(page).toString();
			expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
			expect(html.match(/<script(?![^>]*\ssrc=)/)).toBeNull();
		}
	});

	it('needs at most 60 KiB in compressed form where modules are known', () => {
		const modern = ['index.html', ...named(read('index.html').toString()).filter((name) => !name.includes('.es5.'))];
		const total = modern.map((name) => gzipSync(read(name)).length).reduce((sum, size) => sum + size, 0);
		expect(modern.length).toBe(4);
		expect(total).toBeLessThanOrEqual(MODERN_MOST);
	});

	for (const scripts of ['assets/*.es5.*.js', 'widget.js'])
		it(`is ES5 for browsers that know no modules: ${scripts}`, () => {
			const program = path.resolve(__dirname, '../node_modules/.bin/es-check');
			const said = execFileSync(program, ['es5', path.join(DIST, scripts)], { encoding: 'utf8' });
			expect(said).toMatch(/checking 1 file\b[^]*passed/);
		});

	it('has a widget of at most 5 KiB in Brotli, which browsers take over https, that changes no built-in of the portal\'s page', () => {
		const widget = read('widget.js');
		expect(brotliCompressSync(widget).length).toBeLessThanOrEqual(WIDGET_MOST);
		expect(widget.toString()).not.toMatch(/\.prototype\b|\beval\b|Function\(|innerHTML|document\.write/);
	});

	it('puts a plain value before every custom property', () => {
		const css = read(named(read('index.html').toString()).find((name) => name.endsWith('.css')) as string).toString();
		const lines = css.split(/[{};]/).map((line) => line.trim());
		const missing = lines.filter((line, at) => line.includes('var(--')
			&& lines[at - 1]?.split(':')[0] !== line.split(':')[0]);
		expect(missing).toEqual([]);
	});
});
