/*
 * Every view of the console, but found suggestions and a conflict of two editors (those are looked at
 * in console-authoring.test.js), on a desk's screen, at 200 % zoom and on a telephone: nothing scrolls
 * sideways, no control is cut off, or too small to be hit. DAYI_PICTURES names a folder for pictures
 * of all of it, light and dark.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Operator, PASSWORD, addUser, staffed } = require('../integration/operator.js');
const { idOf, startWithRecords } = require('../integration/records.js');
const { drawn, focusOn } = require('./eventually.js');
const { ROOT, launch, openPage, takePicture } = require('./harness.js');

const SIZES = { desk: { width: 1366, height: 768 }, 'zoom-200': { width: 683, height: 384 }, phone: { width: 390, height: 844 } };
const TARGET_LEAST_PX = 24; // WCAG 2.2, 2.5.8
const WAIT_MOST_MS = 60000; // a draft of the whole FAQ is loaded on a busy machine
const REFUSED = /status of (40[0139]|503)/;
const PICTURES = process.env.DAYI_PICTURES;

async function json(response) {
	const text = await response.text();
	assert.ok(response.ok, `${response.status} ${text}`);
	return text ? JSON.parse(text) : undefined;
}

/* Something in every view: questions of today, chats that wait, a draft in review. */
async function fill(server) {
	const ask = async (text, session) => json(await server.ask({ text, session }));
	for (const text of ['照片传不上去咋办', '点登录，提示“量子校验模块未装载成功，请联系管理员重新安装控件后再试一次”', '哪里可以买到飞机票？', '我的社保断缴了两个月，换了单位以后证书还能不能延续？'])
		await ask(text);
	const rated = await ask('证书过期还可以延续吗？');
	await json(await server.fetch('/api/v1/rate', { method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session: rated.session, receipt: rated.receipt, value: 'down', reason: '看不懂，下一步到底要去哪里办' }) }));
	const sessions = [];
	for (const text of ['证书过期还可以延续吗', '获取不到成绩怎么办', '安管人员聘用企业与申报企业不一致']) {
		const { session } = await ask(text);
		assert.strictEqual((await ask('转人工', session)).outcome, 'handoff');
		sessions.push(session);
	}
	const wang = await Operator.signedIn(server, '王晓');
	const form = await json(await wang.get('authoring/entries/photo-upload'));
	const { revision } = await json(await wang.post('authoring/save', { entry: 'photo-upload', revision: form.revision, live_hash: form.live_hash,
		members: { ...form.members, also: [...form.members.also ?? [], '相片一直提示上传失败'] }, why: '大家常这样问' }));
	await json(await wang.post('authoring/submit', { entry: 'photo-upload', revision }));
	return { receipt: rated.receipt, first: sessions[0] };
}

/* Controls that nobody can press, or that show only a part of their words. */
function faultsOf(least) {
	const inside = (node) => node.closest('.scroll-table, pre, .search-label');
	const name = (node) => `${node.localName}${node.id ? `#${node.id}` : ''}.${node.className} “${(node.textContent || node.getAttribute('aria-label') || '').trim().slice(0, 30)}”`;
	const faults = [];
	const page = document.documentElement;
	if (page.scrollWidth > page.clientWidth)
		faults.push(`the page is ${page.scrollWidth} px wide in ${page.clientWidth}: ${[...document.querySelectorAll('body *')]
			.filter((node) => node.getBoundingClientRect().right > page.clientWidth + 1 && node.children.length === 0).slice(0, 3).map(name).join(', ')}`);
	for (const node of document.querySelectorAll('dialog[open], main, section, .scroll, .results, ul, .entry, .find'))
		if (node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && getComputedStyle(node).overflowX !== 'visible' && !inside(node))
			faults.push(`scrolls sideways: ${name(node)}`);
	const rows = [...document.querySelectorAll('.top > *')].map((node) => node.getBoundingClientRect());
	if (page.clientWidth > 960 && rows.some(({ top }) => top >= Math.min(...rows.map(({ bottom }) => bottom))))
		faults.push('the top bar has a second row');
	const scope = document.querySelector('dialog[open]') ?? document;
	for (const node of scope.querySelectorAll('button, a[href], input, select, textarea, summary')) {
		const box = node.getBoundingClientRect();
		if (!node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) || box.width === 0 || inside(node))
			continue;
		if (box.left < -1 || box.right > page.clientWidth + 1)
			faults.push(`cut off: ${name(node)}`);
		if (/^(button|a|summary)$/.test(node.localName) && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0 && getComputedStyle(node).overflowX !== 'visible')
			faults.push(`words cut off: ${name(node)}`);
		const target = node.closest('label') ?? node;
		const size = target.getBoundingClientRect();
		if (Math.min(size.width, size.height) < least - 0.5 && getComputedStyle(node).display !== 'inline')
			faults.push(`${Math.round(size.width)} × ${Math.round(size.height)} px: ${name(node)}`);
	}
	return [...new Set(faults)];
}

async function check(page, state) {
	const faults = [];
	for (const [size, viewport] of Object.entries(SIZES)) {
		await page.setViewportSize(viewport);
		await drawn(page);
		faults.push(...(await page.evaluate(faultsOf, TARGET_LEAST_PX)).map((fault) => `${size}: ${fault}`));
		for (const colorScheme of PICTURES ? ['light', 'dark'] : []) {
			await page.emulateMedia({ colorScheme });
			await drawn(page);
			await takePicture(page, path.join(PICTURES, `${state}-${size}-${colorScheme}.png`), { fullPage: size !== 'desk' });
		}
	}
	await page.setViewportSize(SIZES.desk);
	assert.deepStrictEqual(faults, [], state);
}

test('no view scrolls sideways and no control is cut off, on a desk, at 200 percent and on a telephone', async (t) => {
	const server = await startWithRecords(t, { settings: { web: { folder: path.join(ROOT, 'web/dist') }, console: { hash_mib: 8, hash_passes: 1, chats: 'yes' } } });
	addUser(server, '王晓', 'operator,editor,reviewer,administrator');
	await staffed(server);
	const { receipt, first } = await fill(server);
	if (PICTURES)
		fs.mkdirSync(PICTURES, { recursive: true });
	const browser = await launch('chromium');
	t.after(() => browser.close());
	const page = await openPage(t, browser, `${server.url}/console/`, { viewport: SIZES.desk, reducedMotion: 'reduce', expected: REFUSED });
	page.setDefaultTimeout(WAIT_MOST_MS);
	await page.locator('#name').waitFor();
	await t.test('sign_in', () => check(page, 'sign-in'));
	await page.fill('#name', '王晓');
	await page.fill('#password', PASSWORD);
	await page.keyboard.press('Enter');
	await page.locator('#search').waitFor();

	await t.test('desk', async () => {
		await page.locator('.hints').waitFor();
		await check(page, 'desk-empty');
		await page.fill('#search', '证书');
		await page.locator('#results .result').first().waitFor();
		await check(page, 'desk-list');
		await page.fill('#search', '第7条情形2');
		await page.locator('#results .result').first().waitFor();
		await page.keyboard.press('Enter');
		await page.locator('.case.chosen').waitFor();
		await check(page, 'desk-entry');
		await page.keyboard.press('k');
		await page.locator('.script').waitFor();
		await check(page, 'desk-script');
		await page.keyboard.press('Escape');
		await page.fill('#search', receipt);
		await page.locator('.notice', { hasText: receipt }).waitFor();
		await page.keyboard.press('Enter');
		await page.locator('.turn').waitFor();
		await check(page, 'desk-receipt');
		await page.keyboard.press('Escape');
		await page.fill('#search', '蘑菇炖鸡');
		await page.locator('.notice', { hasText: '没有查到' }).waitFor();
		await check(page, 'desk-nothing');
		await page.fill('#search', '');
		await page.locator('.hints').waitFor();
	});

	await t.test('dialogs', async () => {
		for (const [key, state] of [['?', 'help'], ['@', 'account']]) {
			await page.keyboard.press('F2');
			await page.keyboard.press(key);
			await page.locator('dialog[open]').waitFor();
			if (state === 'account')
				await page.locator('.sessions li').first().waitFor();
			await check(page, state);
			await page.keyboard.press('Escape');
			await page.locator('dialog[open]').waitFor({ state: 'detached' });
		}
	});

	await t.test('person', async () => {
		await page.keyboard.press('F4');
		await page.locator('#person-value:focus').waitFor();
		await check(page, 'person-empty');
		await page.keyboard.type(idOf('冯缺九'));
		await page.keyboard.press('Tab');
		await page.keyboard.type('来电 1123 咨询');
		await page.keyboard.press('Enter');
		await page.locator('.whose').waitFor();
		await check(page, 'person');
		await page.getByRole('button', { name: '显示完整的身份证号', exact: true }).click();
		await page.locator('#reveal-reason').waitFor();
		await check(page, 'person-reveal');
		await page.keyboard.press('Escape');
		await page.locator('dialog[open]').waitFor({ state: 'detached' });
	});

	await t.test('today', async () => {
		await page.keyboard.press('F8');
		await page.locator('li', { hasText: '哪里可以买到飞机票' }).waitFor();
		await page.locator('.figures .wanted', { hasText: /等待人工\s*3/ }).waitFor();
		await check(page, 'today');
	});

	await t.test('chats', async () => {
		await page.keyboard.press('F9');
		await page.locator('.chats .queue h2', { hasText: '等待人工（3）' }).waitFor();
		await page.keyboard.press('Alt+j');
		await focusOn(page, '#draft');
		await page.keyboard.type('您好，我来为您查一下，请稍等。');
		await page.keyboard.press('Enter');
		await page.locator('.transcript .answered:not(.unsent)', { hasText: '请稍等' }).waitFor();
		await json(await server.ask({ session: first, text: '我的证书是豫建安B（2020）0000001，去年十二月就到期了，一直没有人通知我，现在怎么办？' }));
		await page.locator('.chats .queue h2', { hasText: '等待人工（2）' }).waitFor();
		await page.locator('.transcript .asked', { hasText: '豫建安' }).waitFor();
		await check(page, 'chats');
		await page.locator('.chat-button').first().click();
		await focusOn(page, '#draft');
		await check(page, 'chats-talk');
		await page.fill('#draft', '请看：');
		await page.keyboard.press('Alt+y');
		await page.keyboard.type('照片上传');
		await page.locator('#canned-results .result', { hasText: '照片' }).first().waitFor();
		await page.locator('.canned .preview').waitFor();
		await check(page, 'chats-canned');
		await page.keyboard.press('Alt+w');
		await page.locator('dialog[open]').waitFor();
		await check(page, 'chats-end');
		await page.keyboard.press('Escape');
		await page.locator('dialog[open]').waitFor({ state: 'detached' });
		await focusOn(page, '#canned');
		await page.keyboard.press('Escape');
		await focusOn(page, '#draft');
		await page.getByRole('button', { name: /^等回电/ }).click();
		await page.locator('.call-backs').waitFor();
		await check(page, 'chats-call-backs');
	});

	await t.test('asked', async () => {
		await page.keyboard.press('F10');
		await page.locator('#asked-groups .result').first().click();
		await page.locator('.asked-one h2').waitFor();
		await check(page, 'asked-questions');
		for (const [name, state] of [['新弹窗', 'popups'], ['选了哪条', 'choices'], ['各条用量', 'entries'], ['每天', 'outcomes']]) {
			await page.locator('.asked-head .button', { hasText: name }).click();
			await page.locator('.asked-head .button[aria-pressed=true]', { hasText: name }).waitFor();
			await page.locator('.asked > .hint').waitFor({ state: 'detached' });
			await check(page, `asked-${state}`);
		}
	});

	await t.test('edit', async () => {
		await page.keyboard.press('F3');
		await page.locator('#edit-entries .result').first().waitFor();
		await check(page, 'edit-list');
		await page.locator('#edit-entries .result', { hasText: /^第7条/ }).click();
		await page.locator('.edit:not(.review) .edit-form h2', { hasText: '第7条' }).waitFor();
		await page.locator('.edit:not(.review) .check-line [role=status]', { hasText: /检查通过|处错误/ }).waitFor();
		await check(page, 'edit-form');
		await page.getByRole('button', { name: '历史', exact: true }).click();
		await page.locator('.history .hint, .history li').first().waitFor();
		await check(page, 'edit-history');
		for (const file of ['词库', '寒暄', '单位信息', '验收问题']) {
			await page.locator('#edit-entries .result', { hasText: file }).click();
			await page.locator('.edit:not(.review) .edit-form h2', { hasText: file }).waitFor();
			await page.locator('.edit:not(.review) .check-line [role=status]', { hasText: /检查通过|处错误/ }).waitFor();
			await check(page, `edit-file-${file}`);
		}
		await page.getByRole('button', { name: '建议', exact: true }).click();
		await page.locator('#suggest-days').waitFor();
		await check(page, 'edit-suggestions');
		await page.getByRole('button', { name: '导入导出' }).click();
		await page.locator('#import-file').waitFor();
		await check(page, 'edit-import');
		await page.getByRole('button', { name: '该复核的' }).click();
		await page.locator('.edit:not(.review) section p', { hasText: '没写复核期限的' }).waitFor();
		await check(page, 'edit-stale');
	});

	await t.test('review', async () => {
		await page.keyboard.press('F7');
		await page.locator('.review h2', { hasText: '第9条' }).waitFor();
		await page.locator('.review .gate').waitFor(); // how far it has come does not matter here
		await check(page, 'review');
	});

	await t.test('channels', async () => {
		await page.keyboard.press('F6');
		await page.locator('.channel').first().waitFor();
		await check(page, 'channels');
	});
});
