/*
 * The widget on a portal's page of another origin, in a real Chromium and over a real server.
 * Pictures of its states are left in build/screenshots.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { CUT_OFF, ROOT, inEachBrowser, kindOf, openPage, startServer, takePicture, withServer } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(ROOT, 'build/screenshots');
const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/* ---- A portal ---- */

const STYLE = `body { margin: 0; font: 16px/1.7 sans-serif; color: #222; background: #f2f4f7 }
header { padding: 22px 48px; background: #1d4f91; color: #fff; font-size: 24px; font-weight: 700 }
nav { padding: 10px 48px; background: #fff; border-bottom: 1px solid #d5dae2 }
nav a { margin-right: 32px; color: #1d4f91; text-decoration: none }
main { max-width: 680px; margin: 24px 48px; padding: 8px 32px 24px; background: #fff; border-top: 3px solid #1d4f91 }
h1 { font-size: 22px } h2 { margin-bottom: 4px; font-size: 17px } p, ul { margin: 4px 0 } input { font: inherit }`;

const HOSTILE = `* { display: block !important; font-size: 40px; color: red; background: yellow; float: left; margin: 9px }
*::before { content: 'x' } button { width: 10px; height: 10px; border-radius: 0; visibility: hidden }
iframe { display: none; width: 1px } div { position: static; overflow: hidden; opacity: 0.1; pointer-events: none }
p, span, a { text-transform: uppercase; letter-spacing: 1em }`;

const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

const page = ({ script, attributes = {}, before = '', viewport = VIEWPORT, after = '' }) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
${viewport}<title>办事大厅</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="portal.css">${before}
<script src="${script}" async ${Object.entries(attributes).map(([name, value]) => `${name}="${value}"`).join(' ')}></script></head>
<body><header>某某省住房和城乡建设厅 办事大厅</header><nav aria-label="栏目"><a href="/">首页</a><a href="/next">办事指南</a><a href="/">公告公示</a></nav>
<main><h1>安全生产管理人员考核</h1><p>申请人在线填报，企业审核后上报主管部门。办理前请先看清申报条件。</p>
<h2>可以办理的事项</h2><ul><li>首次取证</li><li>证书延续</li><li>证书变更、注销</li></ul>
<h2>办理流程</h2><p>个人填报　→　企业审核　→　主管部门受理　→　审查　→　办结发证</p>
<h2>受理时间</h2><p>工作日 9:00 至 12:00，13:30 至 17:00</p><h2>进度查询</h2>
<label>查询编号 <input id="own"></label></main>${after}</body></html>`;

/* A page of the portal, made by what stands in `portal` when it is asked for. */
async function startPortal(t) {
	const portal = { page: {}, headers: {}, style: STYLE, token: null, tokensAsked: 0 };
	const server = http.createServer((request, response) => {
		if (request.url === '/portal.css') {
			response.setHeader('Content-Type', 'text/css');
			response.end(portal.style);
		} else if (request.url === '/token') {
			portal.tokensAsked++;
			response.statusCode = portal.token ? 200 : 204;
			response.end(portal.token ? portal.token() : undefined);
		} else if (request.url === '/portal.js') {
			response.setHeader('Content-Type', 'text/javascript');
			response.end(portal.code || '');
		} else {
			response.setHeader('Content-Type', 'text/html');
			for (const [name, value] of Object.entries(portal.headers))
				response.setHeader(name, value);
			response.end(page(portal.page));
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.after(() => server.close());
	portal.origin = `http://127.0.0.1:${server.address().port}`;
	return portal;
}

/* The portal's page with the widget of that server. */
function show(t, browser, portal, server, attributes = {}, { style = STYLE, headers = {}, before = '', meta, after, code = '', token = null, ...settings } = {}) {
	Object.assign(portal, { page: { script: `${server.url}widget.js`, attributes, before, viewport: meta, after }, style, headers, code, token, tokensAsked: 0 });
	return openPage(t, browser, portal.origin, { ...DESK, reducedMotion: 'reduce', ...settings });
}

const button = (page) => page.locator('button[aria-controls=dayi-panel]');
const panel = (page) => page.locator('[role=dialog]');
const chat = (page) => page.frameLocator('iframe');
const cards = (page) => chat(page).locator('#log .card');
const picture = (page, name) => takePicture(page, path.join(PICTURES, kindOf(page.context().browser()), `widget-${name}.png`));

/* Where the focus is: an id in the chat, or what has it on the portal's page. */
async function focused(page) {
	const outside = await page.evaluate(() => {
		const root = document.activeElement;
		const active = root.shadowRoot ? root.shadowRoot.activeElement : root;
		return active.id || active.textContent.trim() || active.localName;
	});
	if (outside !== 'iframe' && (await page.evaluate(() => document.activeElement.shadowRoot && document.activeElement.shadowRoot.activeElement.localName)) !== 'iframe')
		return outside;
	return chat(page).locator(':focus').evaluate((node) => `chat: ${node.id || node.textContent}`, null, { timeout: 1000 });
}

async function untilFocused(page, wanted) {
	let found;
	for (let i = 0; i < 400; i++) {
		found = await focused(page).catch(() => undefined);
		if (found === wanted)
			return;
		await page.waitForTimeout(50);
	}
	assert.strictEqual(found, wanted);
}

async function openPanel(page) {
	await button(page).click();
	await chat(page).locator('#close').waitFor();
	await untilFocused(page, 'chat: message');
}

async function askInPanel(page, text) {
	const before = await cards(page).count();
	await chat(page).locator('#message').fill(text);
	await chat(page).locator('#message').press('Enter');
	await cards(page).nth(before).waitFor();
	return cards(page).nth(before);
}

async function violations(page) {
	const found = [];
	for (const frame of page.frames()) {
		await frame.evaluate(AXE);
		found.push(...await frame.evaluate(async () => {
			const { violations } = await window.axe.run(document, { iframes: false,
				runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
			return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
		}));
	}
	return found;
}

/* Inside the window, and large enough for a finger. */
async function assertReachable(page, locator, name) {
	const box = await locator.boundingBox();
	const { width, height } = page.viewportSize();
	assert.ok(box && box.width >= 44 && box.height >= 44, `${name}: ${JSON.stringify(box)}`);
	assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${name} is outside: ${JSON.stringify(box)}`);
}

/* The window without its scroll bars. */
const visibleWindow = (page) => page.evaluate(() => {
	const { clientWidth: width, clientHeight: height } = document.documentElement;
	return { x: 0, y: 0, width, height };
});

async function start(t) {
	const portal = await startPortal(t);
	const server = await startServer({ embedOrigins: [portal.origin] });
	t.after(server.stop);
	return { portal, server };
}

inEachBrowser('the widget', async (t, { browser }) => {
	const { portal, server } = await start(t);

	await t.test('loads_nothing_of_the_chat_before_it_is_opened_then_answers', async (t) => {
		const asked = [];
		const page = await show(t, browser, portal, server, {},
			{ prepare: (page) => page.on('request', (request) => request.url().startsWith(server.url) && asked.push(request.url())) });
		await button(page).waitFor();
		assert.strictEqual(await button(page).getAttribute('aria-expanded'), 'false');
		assert.strictEqual(await button(page).innerText(), '在线答疑');
		await assertReachable(page, button(page), 'the button');
		assert.deepStrictEqual(asked, [`${server.url}widget.js`]);
		assert.deepStrictEqual(await violations(page), []);
		await picture(page, 'closed');
		await openPanel(page);
		assert.strictEqual(await button(page).getAttribute('aria-expanded'), 'true');
		assert.strictEqual(await panel(page).getAttribute('aria-label'), '在线答疑');
		assert.strictEqual(await page.locator('iframe').getAttribute('title'), '在线答疑');
		await chat(page).locator('#examples').waitFor();
		await picture(page, 'open');
		assert.match(await (await askInPanel(page, '您尚有未办结的申请事项，请等待办结后再进行申报')).innerText(), /第2条/);
		await picture(page, 'answer');
		assert.deepStrictEqual(await violations(page), []);
		assert.deepStrictEqual(await page.evaluate(() => Object.keys(window).filter((name) => /dayi/i.test(name))), ['Dayi']);
	});

	await t.test('has_one_bar_with_the_portals_title_or_else_the_offices', async (t) => {
		const page = await show(t, browser, portal, server);
		await openPanel(page);
		await chat(page).locator('h1', { hasText: '安管人员考核业务答疑' }).waitFor();
		assert.deepStrictEqual(await panel(page).getByRole('button', { name: '关闭' }).count(), 0);
		await assertReachable(page, chat(page).locator('#close'), 'the closing button');
		const named = await show(t, browser, portal, server, { 'data-title': '考务答疑' });
		assert.strictEqual(await button(named).innerText(), '考务答疑');
		await openPanel(named);
		assert.strictEqual(await chat(named).locator('h1').innerText(), '考务答疑');
		assert.strictEqual(await panel(named).getAttribute('aria-label'), '考务答疑');
	});

	await t.test('is_opened_used_and_closed_with_the_keyboard_alone', async (t) => {
		const page = await show(t, browser, portal, server);
		await button(page).waitFor();
		await page.focus('#own');
		await page.keyboard.press('Tab');
		assert.strictEqual(await focused(page), '在线答疑');
		await picture(page, 'focused');
		await page.keyboard.press('Enter');
		await untilFocused(page, 'chat: message');
		await page.keyboard.type('照片上传不了');
		await page.keyboard.press('Enter');
		await cards(page).first().waitFor();
		await page.keyboard.press('Escape');
		await untilFocused(page, '在线答疑');
		assert.strictEqual(await panel(page).isVisible(), false);
		await page.keyboard.press('Enter');
		await untilFocused(page, 'chat: message');
		assert.strictEqual(await cards(page).count(), 1);
		await page.keyboard.press('Shift+Tab');
		for (let i = 0; i < 40 && await focused(page) !== 'chat: close'; i++)
			await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Enter');
		await untilFocused(page, '在线答疑');
		await page.keyboard.press('Tab');
		assert.strictEqual(await focused(page).then((text) => text.startsWith('chat')), false);
	});

	await t.test('escape_closes_first_what_is_open_in_the_chat', async (t) => {
		const page = await show(t, browser, portal, server);
		await openPanel(page);
		await chat(page).locator('#message').pressSequentially('照片');
		await chat(page).locator('.suggestion').first().waitFor();
		await page.keyboard.press('Escape');
		assert.strictEqual(await chat(page).locator('.suggestion').count(), 0);
		await chat(page).getByRole('button', { name: '设置' }).click();
		await chat(page).getByRole('button', { name: '浅色' }).focus();
		await page.keyboard.press('Escape');
		assert.strictEqual(await chat(page).locator('#settings').count(), 0);
		assert.strictEqual(await panel(page).isVisible(), true);
		await page.keyboard.press('Escape');
		await untilFocused(page, '在线答疑');
	});

	await t.test('marks_a_reply_that_came_while_it_was_closed_in_words_and_until_it_is_opened', async (t) => {
		let release;
		const held = new Promise((resolve) => { release = resolve; });
		const page = await show(t, browser, portal, server, {}, {
			serve: (socket) => {
				const upstream = socket.connectToServer();
				upstream.onMessage(async (text) => {
					if (JSON.parse(text).type === 'reply')
						await held;
					socket.send(text);
				});
			},
		});
		await openPanel(page);
		await chat(page).locator('#message').fill('照片上传不了');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Escape');
		await untilFocused(page, '在线答疑');
		release();
		await page.getByRole('button', { name: /^在线答疑\s*，有 1 条新回复$/ }).waitFor();
		await picture(page, 'unread');
		assert.deepStrictEqual(await violations(page), []);
		assert.strictEqual(await page.locator('[role=status]').first().textContent(), '在线答疑有 1 条新回复');
		await page.goto(`${portal.origin}/next`);
		await page.getByRole('button', { name: /^在线答疑\s*，有 1 条新回复$/ }).click();
		await chat(page).locator('#history .card').waitFor();
		await page.getByRole('button', { name: '在线答疑', exact: true }).waitFor();
	});

	await t.test('stays_open_with_its_conversation_from_one_page_of_the_portal_to_the_next', async (t) => {
		const page = await show(t, browser, portal, server);
		await openPanel(page);
		await askInPanel(page, '获取不到成绩');
		await page.getByRole('link', { name: '办事指南' }).click();
		await page.waitForURL(`${portal.origin}/next`);
		await chat(page).locator('#history .card').waitFor();
		await chat(page).locator('#history').getByRole('button', { name: '开始自查' }).click();
		await cards(page).first().waitFor();
		assert.match(await cards(page).first().innerText(), /第1题/);
		await chat(page).locator('#close').click();
		await panel(page).waitFor({ state: 'hidden' });
		await page.reload();
		await button(page).waitFor();
		assert.strictEqual(await page.locator('iframe').count(), 0);
	});

	await t.test('asks_the_opening_question_once_in_a_tab', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-question': '照片上传不了' });
		await openPanel(page);
		await cards(page).first().waitFor();
		assert.match(await cards(page).first().innerText(), /第9条/);
		await page.reload();
		await chat(page).locator('#history .card').waitFor();
		await chat(page).locator('#close').waitFor();
		await page.waitForTimeout(300);
		assert.strictEqual(await chat(page).locator('.mine').count(), 1);
		await page.evaluate(() => window.Dayi.open('证书过期还可以延续吗'));
		await cards(page).first().waitFor();
		assert.deepStrictEqual(await chat(page).locator('.mine').allInnerTexts(), ['您说：\n照片上传不了', '您说：\n证书过期还可以延续吗']);
	});

	await t.test('takes_colours_and_place_and_tells_of_bad_values', async (t) => {
		const warnings = [];
		const page = await show(t, browser, portal, server, {
			'data-color': '#ffcc00', 'data-text-color': '#ffffff', 'data-position': 'left', 'data-bottom': '100px',
		}, { prepare: (page) => page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text())) });
		await button(page).waitFor();
		const look = await button(page).evaluate((node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]);
		assert.deepStrictEqual(look, ['rgb(255, 204, 0)', 'rgb(0, 0, 0)']);
		const box = await button(page).boundingBox();
		assert.strictEqual(Math.round(box.x), 16);
		assert.strictEqual(Math.round(box.y + box.height), 800 - 24);
		assert.deepStrictEqual(warnings.map((text) => /^Dayi: (data-[\w-]+)=/.exec(text)[1]), ['data-text-color', 'data-bottom']);
		await openPanel(page);
		assert.strictEqual(Math.round((await panel(page).boundingBox()).x), 16);
		assert.deepStrictEqual(await violations(page), []);
		await picture(page, 'left-yellow');
	});

	/* Firefox has no phone. */
	const noPhone = kindOf(browser) === 'firefox' && 'WebDriver BiDi has no phone, which lays a page out wider than its screen';
	for (const [name, viewport, after] of [
		['that_does_not_say_how_wide_it_is', '', ''],
		['with_parts_of_1002_pixels', VIEWPORT, '<div class="wide">通知公告</div>'],
	])
		await t.test(`is_on_the_screen_and_readable_on_a_phone_on_a_page_${name}`, { skip: noPhone }, async (t) => {
			const page = await show(t, browser, portal, server, {}, { ...PHONE, meta: viewport, after,
				style: `${STYLE} .wide { width: 1002px; height: 2000px }` });
			await button(page).waitFor();
			const seen = (selector) => page.evaluate((wanted) => {
				const node = document.querySelector('[role=region]').shadowRoot.querySelector(wanted);
				const { left, top, width, height } = node.getBoundingClientRect();
				const { offsetLeft, offsetTop, scale } = window.visualViewport;
				return [left - offsetLeft, top - offsetTop, width, height].map((one) => Math.round(one * scale));
			}, selector);
			const expectButton = async () => {
				const [left, top, width, height] = await seen('button');
				assert.ok(height >= 48 && width >= 48, `${width} × ${height}`);
				assert.deepStrictEqual([left + width, top + height], [360 - 16, 640 - 24]);
			};
			await expectButton();
			await page.evaluate(() => window.scrollTo(500, 700));
			await page.waitForTimeout(200);
			await expectButton();
			await button(page).tap();
			await chat(page).locator('#examples').waitFor();
			assert.deepStrictEqual(await seen('[role=dialog]'), [0, 0, 360, 640]);
			assert.strictEqual(await chat(page).locator('body').evaluate(() => window.innerWidth), 360);
			assert.match(await (await askInPanel(page, '照片上传不了')).innerText(), /第9条/);
			await picture(page, `phone-${after ? 'wide' : 'unsaid'}`);
		});

	await t.test('opens_a_page_of_its_own_where_the_panel_could_not_be_read', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-question': '照片上传不了' }, { viewport: { width: 280, height: 500 } });
		const [own] = await Promise.all([page.context().waitForEvent('page'), button(page).click()]);
		await own.locator('#log .card').waitFor();
		assert.match(await own.locator('#log .card').innerText(), /第9条/);
		assert.strictEqual(await own.evaluate(() => window.opener), null);
		assert.strictEqual(await panel(page).isVisible(), false);
	});

	await t.test('runs_on_a_page_with_a_strict_content_policy', async (t) => {
		const policy = `default-src 'none'; script-src 'self' ${new URL(server.url).origin}; frame-src ${new URL(server.url).origin}; style-src 'self'; img-src data:; connect-src 'self'; require-trusted-types-for 'script'`;
		const page = await show(t, browser, portal, server, {}, { headers: { 'Content-Security-Policy': policy } });
		await openPanel(page);
		assert.match(await (await askInPanel(page, '照片上传不了')).innerText(), /第9条/);
		assert.strictEqual(await button(page).evaluate((node) => getComputedStyle(node).position), 'fixed');
		await picture(page, 'strict-policy');
	});

	for (const [name, prepare] of [['with_a_shadow_root', undefined],
		['without_shadow_roots_and_current_script_as_in_ie11', (page) => page.addInitScript(() => {
			if (window !== window.top)
				return;
			delete Element.prototype.attachShadow;
			Object.defineProperty(Document.prototype, 'currentScript', { get: () => undefined });
			for (const missing of ['fetch', 'URL', 'Promise', 'Symbol', 'visualViewport'])
				Object.defineProperty(window, missing, { value: undefined, writable: true });
		})]])
		await t.test(`is_not_spoilt_by_the_portals_styles_${name}`, async (t) => {
			const page = await show(t, browser, portal, server, { 'data-position': 'right' }, { style: HOSTILE, prepare });
			await button(page).waitFor();
			await assertReachable(page, button(page), 'the button');
			assert.strictEqual(await button(page).evaluate((node) => getComputedStyle(node).fontSize), '17px');
			await picture(page, `hostile-${prepare ? 'ie11' : 'shadow'}`);
			await button(page).click();
			await chat(page).locator('#message').waitFor();
			const box = await panel(page).boundingBox();
			assert.strictEqual(Math.round(box.width), 380);
			assert.match(await (await askInPanel(page, '照片上传不了')).innerText(), /第9条/);
			await picture(page, `hostile-${prepare ? 'ie11' : 'shadow'}-open`);
		});

	await t.test('is_not_printed', async (t) => {
		const page = await show(t, browser, portal, server);
		await button(page).waitFor();
		await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
		assert.strictEqual(await button(page).isVisible(), false);
		await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
		assert.strictEqual(await button(page).isVisible(), true);
	});

	await t.test('included_twice_shows_one_button', async (t) => {
		const warnings = [];
		const page = await show(t, browser, portal, server, {}, {
			before: `<script src="${server.url}widget.js"></script>`,
			prepare: (page) => page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text())),
		});
		await button(page).waitFor();
		await page.waitForLoadState('load');
		assert.strictEqual(await button(page).count(), 1);
		assert.match(warnings.join(), /included twice/);
	});

	await t.test('works_where_the_portals_storage_is_forbidden', async (t) => {
		const page = await show(t, browser, portal, server, {}, { prepare: (page) => page.addInitScript(() => {
			for (const name of ['sessionStorage', 'localStorage'])
				Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
		}) });
		await openPanel(page);
		assert.match(await (await askInPanel(page, '照片上传不了')).innerText(), /第9条/);
		await page.keyboard.press('Escape');
		await untilFocused(page, '在线答疑');
	});
});

test('the widget on a phone', async (t) => {
	const { browser } = await withServer(t);
	const { portal, server } = await start(t);

	await t.test('fills_the_screen_and_keeps_the_keyboard_in_the_panel', async (t) => {
		const page = await show(t, browser, portal, server, {}, PHONE);
		await button(page).waitFor();
		await assertReachable(page, button(page), 'the button');
		await picture(page, 'phone-closed');
		await button(page).click();
		await chat(page).locator('#examples').waitFor();
		assert.deepStrictEqual(await panel(page).boundingBox(), await visibleWindow(page));
		assert.strictEqual(await panel(page).getAttribute('aria-modal'), 'true');
		assert.strictEqual(await button(page).isVisible(), false);
		assert.deepStrictEqual(await violations(page), []);
		await picture(page, 'phone-open');
		await askInPanel(page, '获取不到成绩');
		await picture(page, 'phone-answer');
		await chat(page).locator('#send').focus();
		for (let i = 0; i < 5; i++) {
			await page.keyboard.press('Tab');
			await page.waitForTimeout(50);
			assert.match(await focused(page), /^chat: /);
		}
		await chat(page).locator('#close').click();
		await untilFocused(page, '在线答疑');
	});

	for (const [name, viewport] of [['at_400_percent_zoom', { width: 320, height: 200 }], ['sideways', { width: 740, height: 360 }]])
		await t.test(`fills_the_window_${name}`, async (t) => {
			const page = await show(t, browser, portal, server, {}, { viewport });
			await assertReachable(page, button(page), 'the button');
			await openPanel(page);
			assert.deepStrictEqual(await panel(page).boundingBox(), await visibleWindow(page));
			await picture(page, name);
			await askInPanel(page, '照片上传不了');
			await chat(page).locator('#close').scrollIntoViewIfNeeded();
			await assertReachable(page, chat(page).locator('#close'), 'the closing button');
			const wide = await chat(page).locator('html').evaluate((node) => node.scrollWidth - node.clientWidth);
			assert.strictEqual(wide, 0);
		});

	await t.test('is_dark_where_the_system_is', async (t) => {
		const page = await show(t, browser, portal, server, {}, { ...PHONE, colorScheme: 'dark' });
		await button(page).click();
		await chat(page).locator('#examples').waitFor();
		await picture(page, 'phone-dark');
		assert.deepStrictEqual(await violations(page), []);
	});
});

inEachBrowser('where the chat cannot be shown', async (t, { browser }) => {
	const { portal } = await start(t);
	const other = await startServer({ embedOrigins: ['https://elsewhere.example'] });
	t.after(other.stop);

	await t.test('a_portal_that_is_not_listed_gets_a_sentence_a_link_and_a_warning_with_the_remedy', async (t) => {
		const warnings = [];
		const page = await show(t, browser, portal, other, {}, {
			expected: /frame-ancestors|Failed to load resource/,
			prepare: (page) => page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text())),
		});
		await button(page).click();
		await picture(page, 'loading');
		assert.strictEqual(await focused(page), '关闭');
		await panel(page).getByText('暂时打不开答疑页面').waitFor();
		await picture(page, 'refused');
		const link = panel(page).getByRole('link', { name: '在新窗口打开答疑页面' });
		assert.strictEqual(await link.getAttribute('href'), other.url);
		assert.deepStrictEqual([await link.getAttribute('target'), await link.getAttribute('rel')], ['_blank', 'noopener noreferrer']);
		assert.match(warnings.join(), new RegExp(`add ${portal.origin} to web\\.embed_origins`));
		await page.keyboard.press('Escape');
		await untilFocused(page, '在线答疑');
	});

	await t.test('a_server_that_is_down_is_tried_again_at_the_next_opening', async (t) => {
		const server = await startServer({ embedOrigins: [portal.origin] });
		const page = await show(t, browser, portal, server, {}, { expected: CUT_OFF });
		await button(page).waitFor();
		await server.stop();
		await button(page).click();
		await panel(page).getByText('暂时打不开答疑页面').waitFor();
		await page.keyboard.press('Escape');
		const again = await startServer({ embedOrigins: [portal.origin], port: server.port });
		t.after(again.stop);
		await openPanel(page);
		assert.match(await (await askInPanel(page, '照片上传不了')).innerText(), /第9条/);
	});
});

/* ---- Signing in ---- */

/* What samples/README.md says of this invented applicant: a score that expired. */
const APPLICANT = { id: '419900198612010198', name: '尤超壬' };
const APPLIES = /您的首次取证成绩（2023-05-06）已满2年，于2025-05-06作废。/;

/* A server with the sample records, and tokens that it takes. */
async function startWithRecords(t, portal) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-widget-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const at = (name) => path.join(folder, name);
	execFileSync(process.env.DAYI_BIN, ['records', 'import', '--out', at('records.db'), path.join(ROOT, 'samples/records')]);
	const server = await startServer({
		embedOrigins: [portal.origin],
		lines: ['[record]', `file = ${at('records.db')}`, '[sign_in]', `key_file = ${at('token.key')}`, 'leeway_s = 0',
			'[audit]', `file = ${at('audit.db')}`, `key_file = ${at('audit.key')}`],
	});
	t.after(server.stop);
	const token = (seconds = 600) => execFileSync(process.env.DAYI_BIN,
		['token', '--id-number', APPLICANT.id, '--name', APPLICANT.name, '--key', at('token.key'), '--valid-for', String(seconds)], { encoding: 'utf8' }).trim();
	return { server, token };
}

const signedIn = (page) => chat(page).locator('#account', { hasText: '已登录' }).waitFor();
const untilSignedOut = (page) => page.frameLocator('iframe').locator('#account:empty').waitFor({ state: 'attached' });

inEachBrowser('whoever is signed in at the portal', async (t, { browser }) => {
	const { portal } = await start(t);
	const { server, token } = await startWithRecords(t, portal);

	await t.test('gets_the_diagnosis_by_a_token_from_the_portals_address', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, { token });
		await openPanel(page);
		await signedIn(page);
		const card = await askInPanel(page, '获取不到成绩');
		assert.match(await card.locator('.lead').innerText(), APPLIES);
		assert.strictEqual(portal.tokensAsked, 1);
		await picture(page, 'diagnosis');
		assert.ok(!page.frames().some((frame) => frame.url().includes('eyJ')));
	});

	await t.test('gets_it_too_where_the_server_was_at_first_too_busy_to_name_the_portal', async (t) => {
		let asked = 0;
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, {
			token,
			expected: CUT_OFF,
			prepare: (page) => page.route(`${server.url}api/v1/office`, (route) => (asked++ ? route.continue() : route.fulfill({ status: 503, json: {} }))),
		});
		await openPanel(page);
		await signedIn(page);
		assert.strictEqual(asked, 2);
	});

	await t.test('is_known_before_the_opening_question_is_asked', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-question': '获取不到成绩', 'data-token-url': '/token' }, { token });
		await openPanel(page);
		await cards(page).first().waitFor();
		assert.match(await cards(page).first().locator('.lead').innerText(), APPLIES);
	});

	await t.test('is_known_before_a_question_of_the_portal_is_asked_by_a_function_that_takes_its_time', async (t) => {
		const page = await show(t, browser, portal, server, {}, {
			before: '<script src="/portal.js"></script>',
			code: `window.Dayi = { onToken: function (give) { setTimeout(function () { give('${token()}'); }, 700); } };`,
		});
		await button(page).waitFor();
		await page.evaluate(() => window.Dayi.open('获取不到成绩'));
		await cards(page).first().waitFor();
		assert.match(await cards(page).first().locator('.lead').innerText(), APPLIES);
	});

	await t.test('is_not_waited_for_longer_than_some_seconds', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-question': '获取不到成绩' }, {
			before: '<script src="/portal.js"></script>', code: 'window.Dayi = { onToken: function () {} };',
		});
		await openPanel(page);
		await page.waitForTimeout(1000);
		assert.strictEqual(await chat(page).locator('.mine').count(), 0);
		await cards(page).first().waitFor();
		assert.strictEqual(await cards(page).first().locator('.lead').count(), 0);
	});

	await t.test('has_the_button_that_closes_beside_the_title_with_large_letters_too', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, { token });
		await openPanel(page);
		await signedIn(page);
		for (const size of ['大', '特大', '最大']) {
			await chat(page).getByRole('button', { name: '设置', exact: true }).click();
			await chat(page).getByRole('button', { name: size, exact: true }).click();
			await chat(page).getByRole('button', { name: '收起', exact: true }).click();
			const title = await chat(page).locator('.top-title').boundingBox();
			const close = await chat(page).locator('#close').boundingBox();
			assert.ok(close.x >= title.x + title.width, `${size}: ${JSON.stringify({ title, close })}`);
			assert.ok(close.y < title.y + title.height && close.y + close.height > title.y, `${size}: ${JSON.stringify({ title, close })}`);
		}
	});

	await t.test('is_signed_out_with_the_conversation_when_the_portal_says_so', async (t) => {
		/* Firefox says so of the line that is left while it opens. */
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, { token, expected: CUT_OFF });
		await openPanel(page);
		await signedIn(page);
		await askInPanel(page, '获取不到成绩');
		portal.token = null;
		await page.goto(`${portal.origin}/next`);
		await chat(page).locator('#close').waitFor();
		await untilSignedOut(page);
		await chat(page).locator('#history').waitFor({ state: 'detached' });
		assert.strictEqual(await chat(page).locator('.card.answer').count(), 0);
	});

	await t.test('gets_another_token_before_the_first_one_ends', async (t) => {
		const lives = [6, 600];
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, { token: () => token(lives.shift()) });
		await openPanel(page);
		await signedIn(page);
		for (let i = 0; i < 100 && portal.tokensAsked < 2; i++)
			await page.waitForTimeout(100);
		assert.strictEqual(portal.tokensAsked, 2);
		await page.waitForTimeout(2000);
		assert.match(await (await askInPanel(page, '获取不到成绩')).locator('.lead').innerText(), APPLIES);
	});

	await t.test('gets_another_token_once_where_the_first_one_is_refused', async (t) => {
		const page = await show(t, browser, portal, server, { 'data-token-url': '/token' }, { token: () => 'not.a.token' });
		await openPanel(page);
		await chat(page).locator('#refused p').waitFor();
		await page.waitForTimeout(300);
		assert.strictEqual(portal.tokensAsked, 2);
	});

	await t.test('can_be_named_by_a_function_that_comes_late', async (t) => {
		const page = await show(t, browser, portal, server);
		await openPanel(page);
		await page.evaluate((given) => { window.Dayi.onToken = (give) => give(given); }, token());
		await signedIn(page);
	});

	await t.test('can_be_named_by_a_function_of_the_portals_page', async (t) => {
		const page = await show(t, browser, portal, server, {}, {
			before: '<script src="/portal.js"></script>',
			code: `window.Dayi = { onToken: function (give) { window.give = give; give('${token()}'); } };`,
		});
		await openPanel(page);
		await signedIn(page);
		await page.evaluate(() => window.give(''));
		await untilSignedOut(page);
	});
});

inEachBrowser('whoever is not signed in keeps the conversation where the portal has tokens for others', async (t, { browser }) => {
	const { portal, server } = await start(t);
	const page = await show(t, browser, portal, server, { 'data-token-url': '/token', 'data-question': '照片上传不了' });
	await openPanel(page);
	await cards(page).first().waitFor();
	await page.goto(`${portal.origin}/next`);
	await chat(page).locator('#history .card').waitFor();
	for (let i = 0; i < 50 && portal.tokensAsked < 2; i++)
		await page.waitForTimeout(50);
	await page.waitForTimeout(300);
	assert.strictEqual(await chat(page).locator('#history .card').count(), 1);
});
