/*
 * Builds the page into dist/, or into the folder that is named: one bundle for browsers that know modules, one in ES5 for IE11 and
 * old phones, one style sheet, and the widget for portals; in dist/console/ the operators' console,
 * one bundle for browsers of today. Names of assets carry a hash of their
 * content; those that others link to, index.html and widget.js, do not. The same sources give the
 * same bytes, whatever Node builds them: dist/ is committed.
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { babel } from '@rollup/plugin-babel';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import postcss from 'postcss';
import customProperties from 'postcss-custom-properties';
import { rollup } from 'rollup';
import { minify } from 'terser';

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const DIST = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'));

/* Members of the widget's own objects, whose names no object of a browser has: they are shortened. */
const WIDGET_MEMBERS = /^(?:attachFrame|setOpen|setStage|setUnread|setModal|isCramped|hasFocusBesideFrame|focusButton|focusBar|focusFrame|textColour|tokenUrl|closer|listens)$/;

/* Styles that stand in a script as text, two declarations or more, are left without what only a reader needs. */
function compactStyles() {
	const isStyles = (text) => /[\w-]: [^;]*;\s+[\w-]+: /.test(text);
	const compact = (text) => text.replace(/\s*\n\s*/g, '').replace(/([:;,]) +/g, '$1');
	return {
		visitor: {
			StringLiteral({ node }) {
				if (isStyles(node.value))
					node.value = compact(node.value);
			},
			TemplateLiteral({ node: { quasis } }) {
				if (isStyles(quasis.map(({ value }) => value.cooked).join('0')))
					quasis.forEach(({ value }) => { value.raw = value.cooked = compact(value.cooked); });
			},
		},
	};
}

const extensions = ['.tsx', '.ts', '.mjs', '.js'];

const BUNDLES = [
	{
		name: 'chat.js',
		entry: 'src/main.tsx',
		presets: [['@babel/preset-env', { targets: { esmodules: true }, bugfixes: true, modules: false }]],
		format: 'es',
		exclude: /node_modules/,
		terser: { module: true, ecma: 2017 },
	},
	{
		name: 'chat.es5.js',
		entry: 'src/main.tsx',
		presets: [['@babel/preset-env', { targets: { ie: '11' }, modules: false, useBuiltIns: 'usage', corejs: '3.51' }]],
		format: 'iife',
		exclude: /node_modules\/core-js/,
		terser: { ie8: false, ecma: 5 },
	},
	{
		name: 'console/console.js',
		entry: 'src/console/main.tsx',
		presets: [['@babel/preset-env', { targets: { esmodules: true }, bugfixes: true, modules: false }]],
		format: 'es',
		exclude: /node_modules/,
		terser: { module: true, ecma: 2017 },
	},
	/* Runs on pages of others, which no polyfill may change. */
	{
		name: 'widget.js',
		entry: 'src/widget/main.ts',
		presets: [['@babel/preset-env', { targets: { ie: '11' }, modules: false, exclude: ['transform-typeof-symbol', 'transform-function-name'] }]],
		assumptions: { ignoreToPrimitiveHint: true, ignoreFunctionLength: true },
		plugins: [compactStyles],
		format: 'iife',
		exclude: /node_modules/,
		terser: { ie8: false, ecma: 5, compress: { passes: 3 }, mangle: { properties: { regex: WIDGET_MEMBERS } } },
	},
];
const STABLE = ['widget.js'];

function read(...names) {
	return fs.readFileSync(path.join(ROOT, ...names), 'utf8');
}

/* ---- Scripts ---- */

const json = {
	name: 'json',
	transform: (code, id) => (id.endsWith('.json') ? { code: `export default ${code}`, map: null } : null),
};

async function script({ entry, presets, assumptions = {}, plugins = [], format, exclude, terser }) {
	const build = await rollup({
		input: path.join(ROOT, entry),
		onwarn(warning) {
			throw new Error(warning.message);
		},
		plugins: [
			nodeResolve({ extensions }),
			json,
			commonjs({ include: /node_modules\/core-js/ }),
			babel({
				babelHelpers: 'bundled', configFile: false, extensions, exclude, compact: false, assumptions,
				presets: [...presets, ['@babel/preset-typescript', { onlyRemoveTypeImports: true }]],
				plugins: [...plugins, ['@babel/plugin-transform-react-jsx', { runtime: 'automatic', importSource: 'preact' }]],
			}),
		],
	});
	const { output } = await build.generate({ format });
	await build.close();
	const { code } = await minify(output[0].code, terser);
	return code;
}

/* ---- Styles ---- */

function properties(tokens) {
	return Object.entries(tokens).map(([name, value]) => `--${name}: ${value};`).join(' ');
}

/* The dark colours hold where the system is dark or the person chose so, but not on paper. */
function tokenStyles() {
	const tokens = JSON.parse(read('src/tokens.json'));
	const dark = properties(tokens.dark);
	return [
		`:root { color-scheme: light; ${properties(tokens.size)} ${properties(tokens.light)} }`,
		`@media screen and (prefers-color-scheme: dark) { :root:not([data-theme]) { color-scheme: dark; ${dark} } }`,
		`@media screen { :root[data-theme='dark'] { color-scheme: dark; ${dark} } }`,
		...Object.entries(tokens['text-sizes']).map(([name, size]) => `html[data-size='${name}'] { font-size: ${size}; }`),
	].join('\n');
}

const withoutComments = {
	postcssPlugin: 'without-comments',
	Comment(comment) {
		comment.remove();
	},
};

function styles(file, plugins) {
	const source = `${tokenStyles()}\n${read(file)}`;
	return postcss(plugins).process(source, { from: undefined }).css.replace(/\n\s*/g, '\n');
}

/* ---- The folder ---- */

/* An asset lies in assets/ beside the page that loads it. */
function hashed(name, content) {
	const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
	return name.replace(/[^/]+$/, (file) => `assets/${file.replace(/(?=\.[^.]+$)/, `.${hash}`)}`);
}

const PAGES = { 'index.html': 'src/index.html', 'accessibility.html': 'src/accessibility.html', 'console/index.html': 'src/console/index.html' };

function filled(html, names) {
	return html.replace(/%([\w./]+)%/g, (_, name) => {
		if (!names[name])
			throw new Error(`no such asset: ${name}`);
		return names[name];
	});
}

async function build() {
	const assets = {
		'chat.css': styles('src/chat.css', [customProperties({ preserve: true }), withoutComments]),
		'console/console.css': styles('src/console/console.css', [withoutComments]),
	};
	for (const bundle of BUNDLES)
		assets[bundle.name] = await script(bundle);
	const names = Object.fromEntries(Object.entries(assets).map(([name, content]) =>
		[name, STABLE.includes(name) ? name : hashed(name, content)]));
	const files = Object.fromEntries(Object.entries(assets).map(([name, content]) => [names[name], content]));
	for (const [page, source] of Object.entries(PAGES)) {
		const folder = path.posix.dirname(page);
		const from = Object.fromEntries(Object.entries(names).map(([name, place]) => [name, path.posix.relative(folder, place)]));
		files[page] = filled(read(source), from);
	}
	files['icon.svg'] = read('public/icon.svg');

	fs.rmSync(DIST, { recursive: true, force: true });
	for (const [name, content] of Object.entries(files)) {
		fs.mkdirSync(path.dirname(path.join(DIST, name)), { recursive: true });
		fs.writeFileSync(path.join(DIST, name), content);
		console.log(`${(gzipSync(content).length / 1024).toFixed(1).padStart(6)} KiB gzip  ${name}`);
	}
}

await build();
