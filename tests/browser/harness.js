/*
 * The chat page in a real Chromium, against a real server: DAYI_BIN names the program.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { chromium } = require('playwright-core');

const ROOT = path.resolve(__dirname, '../..');
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync',
	'--disable-background-networking', '--disable-component-update',
	/* A document that a test answers itself counts as one from the internet. */
	'--disable-features=LocalNetworkAccessChecks'];
const START_MOST_MS = 20000;

function requirements() {
	assert.ok(process.env.DAYI_BIN, 'DAYI_BIN must name the dayi program');
	assert.ok(fs.existsSync(path.join(ROOT, 'web/dist/index.html')), 'web/dist is missing: npm run build in web/');
	assert.ok(fs.existsSync(CHROMIUM),
		`${CHROMIUM} is missing. Install it: apt-get install chromium (or set CHROMIUM)`);
}

const HENAN = path.join(ROOT, 'knowledge');
const LIBRARY = path.join(ROOT, 'tests/fixtures/library');

/* `lines` are more of the configuration. */
function writeConfig(folder, { knowledge = HENAN, port = 0, embedOrigins = [], lines = [] }) {
	const file = path.join(folder, 'dayi.ini');
	fs.writeFileSync(file, [
		'[server]', 'host = 127.0.0.1', `port = ${port}`, 'drain_s = 1',
		'[knowledge]', `folder = ${knowledge}`,
		'[web]', `folder = ${path.join(ROOT, 'web/dist')}`, `embed_origins = ${embedOrigins.join(' ')}`,
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
	const child = spawn(process.env.DAYI_BIN, ['serve', '--config', writeConfig(folder, settings)]);
	const ended = new Promise((resolve) => child.once('exit', resolve));
	const stop = async () => {
		child.kill('SIGTERM');
		await ended;
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

/*
 * A page of its own, that fails the test on any error of its script or of the content policy but
 * those that `expected` matches. `serve` takes the server's place at the WebSocket.
 */
async function openPage(t, browser, url, { serve, expected, prepare, ...settings } = {}) {
	const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...settings });
	const page = await context.newPage();
	const faults = [];
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !(expected && expected.test(message.text())))
			faults.push(message.text());
	});
	t.after(async () => {
		await context.close();
		assert.deepStrictEqual(faults, []);
	});
	if (serve)
		await page.routeWebSocket('**/chat', serve);
	if (prepare)
		await prepare(page);
	await page.goto(url);
	return page;
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

/* A browser and a server for all tests of a file. */
async function withServer(t) {
	requirements();
	const server = await startServer();
	t.after(server.stop);
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
	t.after(() => browser.close());
	return { server, browser };
}

async function ask(page, text) {
	await page.fill('#message', text);
	return send(page);
}

module.exports = { LIBRARY, ROOT, ask, openPage, replyAfter, send, startServer, tap, withServer };
