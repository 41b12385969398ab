/*
 * The chat page in a real Chromium and a real Firefox, against a real server. DAYI_BIN names the
 * program, CHROMIUM and FIREFOX the browsers; DAYI_BROWSERS=firefox runs the tests in that one alone.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const test = require('node:test');
const { chromium, firefox } = require('playwright-core');
const { forget, remember } = require('../started.js');

const ROOT = path.resolve(__dirname, '../..');
const START_MOST_MS = 60000;

/* What the browsers say of a server that is not there. */
const CUT_OFF = /WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource|establish a connection/;
/* Firefox says so of every line that a page which goes away leaves behind. */
const LEFT_BEHIND = /was interrupted while the page was loading/;
/* A test's server may end before its page does; one that ends in the middle of a test fails it by what it waits for. */
const SERVER_ENDED = /net::ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE)|Unexpected response code: 503|establish a connection to the server/;

/* Playwright puts an empty style into a page in Firefox before it takes a picture; the content policy refuses it. */
const PICTURE_STYLE = /sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT\+SmwNZWA=/;

/* What Firefox can be told only when it starts. Nobody asks there whether a test may read the clipboard. */
const FIREFOX_PREFERENCES = { 'dom.events.testing.asyncClipboard': true, 'ui.prefersReducedMotion': 1 };
const FIREFOX_DARK = { 'layout.css.prefers-color-scheme.content-override': 0 };

const BROWSERS = {
	chromium: {
		type: chromium,
		path: process.env.CHROMIUM || '/usr/bin/chromium',
		missing: 'Install it: apt-get install chromium (or set CHROMIUM)',
		launch: {
			args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync',
				'--disable-background-networking', '--disable-component-update',
				/* A document that a test answers itself counts as one from the internet. */
				'--disable-features=LocalNetworkAccessChecks'],
		},
	},
	/* Debian's Firefox as it is, over WebDriver BiDi: Playwright's usual way needs one of its own. */
	firefox: {
		type: firefox,
		path: process.env.FIREFOX || '/usr/bin/firefox-esr',
		missing: 'Install it: apt-get install firefox-esr (or set FIREFOX)',
		launch: { channel: 'moz-firefox', firefoxUserPrefs: FIREFOX_PREFERENCES },
		/* Every context is opened with browser.setDownloadBehavior, which came with this version. */
		least: 149,
	},
};
const KINDS = (process.env.DAYI_BROWSERS || Object.keys(BROWSERS).join(' ')).split(/\s+/);

function requirements(kind) {
	assert.ok(process.env.DAYI_BIN, 'DAYI_BIN must name the dayi program');
	assert.ok(fs.existsSync(path.join(ROOT, 'web/dist/index.html')), 'web/dist is missing: run script/build-page');
	assert.ok(BROWSERS[kind], `no such browser: ${kind}. There are ${Object.keys(BROWSERS).join(', ')}`);
	assert.ok(fs.existsSync(BROWSERS[kind].path), `${BROWSERS[kind].path} is missing. ${BROWSERS[kind].missing}`);
}

/* Why this browser cannot be driven, told once; false where it can. */
const tooOld = {};
function whyTooOld(kind) {
	const { least, path: program } = BROWSERS[kind] ?? {};
	if (!least || !fs.existsSync(program))
		return false;
	if (!(kind in tooOld)) {
		const version = versionOf(program);
		tooOld[kind] = version < least && `${program} is version ${version}, and the test driver needs ${least} or newer`;
		if (tooOld[kind])
			console.log(`skipped in ${kind}: ${tooOld[kind]}`);
	}
	return tooOld[kind];
}

/* 153 of "Mozilla Firefox 153.8.0esr"; of a program that says nothing of the kind, none is too old. */
function versionOf(program) {
	const said = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 60000 }).stdout;
	return Number(/\b(\d+)\.\d/.exec(said)?.[1] ?? Infinity);
}

const HENAN = path.join(ROOT, 'knowledge');
const LIBRARY = path.join(ROOT, 'tests/fixtures/library');

/* `lines` are more of the configuration. */
function writeConfig(folder, { knowledge = HENAN, port = 0, origins = [], embedOrigins = [], lines = [] }) {
	const file = path.join(folder, 'dayi.ini');
	fs.writeFileSync(file, [
		'[server]', 'host = 127.0.0.1', `port = ${port}`, 'drain_s = 1',
		'[knowledge]', `folder = ${knowledge}`,
		'[web]', `folder = ${path.join(ROOT, 'web/dist')}`, `embed_origins = ${embedOrigins.join(' ')}`,
		'[http]', `origins = ${origins.join(' ')}`,
		'[limits]', 'rate_per_connection = 0', 'rate_per_address = 0',
		'[journal]', 'file =', ...lines, '',
	].join('\n'));
	return file;
}

/* Resolves with the port that the server's log names. */
function portOf(child) {
	return new Promise((resolve, reject) => {
		let log = '';
		const timer = setTimeout(() => reject(new Error(`no port in the log:\n${log}`)), START_MOST_MS);
		const read = (data) => {
			log += data;
			const found = /\bport=(\d+)/.exec(log);
			if (found) {
				clearTimeout(timer);
				resolve(Number(found[1]));
			}
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
	});
}

async function startServer(settings = {}) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-browser-'));
	const child = spawn(path.resolve(process.env.DAYI_BIN), ['serve', '--config', writeConfig(folder, settings)], { cwd: folder });
	remember(child, folder);
	const ended = new Promise((resolve) => child.once('exit', resolve));
	const stop = async () => {
		child.ref();
		child.kill('SIGTERM');
		await ended;
		forget(child);
		fs.rmSync(folder, { recursive: true });
	};
	try {
		const port = await portOf(child);
		return { url: `http://127.0.0.1:${port}/`, port, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

const kindOf = (browser) => browser.browserType().name();

function launch(kind, preferences) {
	const { type, path: executablePath, launch } = BROWSERS[kind];
	return type.launch({ executablePath, ...launch,
		...(preferences ? { firefoxUserPrefs: { ...launch.firefoxUserPrefs, ...preferences } } : {}) });
}

/*
 * Nothing moves by itself: a press between two frames of a smooth scroll meets what was not aimed at.
 * Firefox has no context of another colour scheme or of a phone: a dark one is started, and only the size is a phone's.
 */
async function openContext(t, browser, { isMobile, colorScheme, ...settings }) {
	if (kindOf(browser) === 'chromium')
		return browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], isMobile, colorScheme, reducedMotion: 'reduce', ...settings });
	if (colorScheme !== 'dark')
		return browser.newContext(settings);
	const dark = await launch('firefox', FIREFOX_DARK);
	t.after(() => dark.close());
	return dark.newContext(settings);
}

/* As if pasted: key by key, as WebDriver BiDi types, a long text takes Firefox a minute. */
function fillAtOnce(page) {
	page.fill = (selector, text) => page.locator(selector).evaluate((field, filled) => {
		field.focus();
		field.select();
		document.execCommand(filled ? 'insertText' : 'delete', false, filled);
	}, text);
}

/*
 * A page of its own, that fails the test on any error of its script or of the content policy but
 * those that `expected` matches. `serve` takes the server's place at the WebSocket.
 */
async function openPage(t, browser, url, { serve, expected, prepare, ...settings } = {}) {
	const context = await openContext(t, browser, settings);
	const page = await context.newPage();
	const faults = [];
	const note = (text) => [LEFT_BEHIND, SERVER_ENDED, PICTURE_STYLE, expected].some((one) => one && one.test(text)) || faults.push(text);
	page.on('pageerror', (error) => note(error.message));
	page.on('console', (message) => message.type() === 'error' && note(message.text()));
	t.after(async () => {
		await context.close();
		assert.deepStrictEqual(faults, []);
	});
	if (kindOf(browser) === 'firefox')
		fillAtOnce(page);
	if (serve)
		await page.routeWebSocket('**/chat', serve);
	if (prepare)
		await prepare(page);
	await page.goto(url);
	return page;
}

/* The caret is left as it is: to hide it, another style would be put in. */
function takePicture(page, file, settings) {
	return page.screenshot({ path: file, caret: 'initial', ...settings });
}

/* Sends what the field holds, and waits for the reply's card. */
async function send(page) {
	const before = await page.locator('#log .card').count();
	await page.keyboard.press('Enter');
	return replyAfter(page, before);
}

async function replyAfter(page, before) {
	const card = page.locator('#log .card').nth(before);
	await card.waitFor();
	return card;
}

/* Taps a button of the last card, and waits for the reply's card. */
async function tap(page, name) {
	const before = await page.locator('#log .card').count();
	await page.locator('#log .card').last().getByRole('button', { name, exact: true }).click();
	return replyAfter(page, before);
}

/* A browser and a server, until the test ends. */
async function withServer(t, kind = 'chromium') {
	requirements(kind);
	const server = await startServer();
	t.after(server.stop);
	const browser = await launch(kind);
	t.after(() => browser.close());
	return { server, browser };
}

/* A test for each browser: run(t, { server, browser }). */
function inEachBrowser(name, run) {
	for (const kind of KINDS)
		test(`${name}, in ${kind}`, { skip: whyTooOld(kind) }, async (t) => run(t, await withServer(t, kind)));
}

async function ask(page, text) {
	await page.fill('#message', text);
	return send(page);
}

module.exports = { CHROMIUM: BROWSERS.chromium, CUT_OFF, LIBRARY, ROOT, ask, inEachBrowser, kindOf, launch, openPage, replyAfter, send, startServer, takePicture, tap, withServer };
