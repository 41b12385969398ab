/*
 * One's own account in the console, in a real browser against a real server, by keyboard alone:
 * the first password and another one, the second step, sessions; every state looked at by axe-core.
 * Pictures are left in build/screenshots/console.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Operator, PASSWORD, addUser, codeOf, dayiUser, makeLink, outcome, startConsole } = require('../integration/operator.js');
const { eventually, focusOn } = require('./eventually.js');
const { ROOT, launch, openPage, takePicture } = require('./harness.js');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(ROOT, 'build/screenshots/console');
const DIST = { web: { folder: path.join(ROOT, 'web/dist') } };
const KNOWLEDGE = path.join(ROOT, 'knowledge');
const WAIT_MOST_MS = 60000;
const NEW_PASSWORD = 'another horse 电池';
/* Chromium tells of every answer that is no success. */
const REFUSED = /status of (400|401|403|503)/;

const VIEWS = {
	desk: { viewport: { width: 1366, height: 768 } },
	dark: { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' },
	'zoom-200': { viewport: { width: 683, height: 384 } },
	narrow: { viewport: { width: 320, height: 640 } },
};

async function withConsole(t) {
	const server = await startConsole(DIST, { knowledge: KNOWLEDGE });
	t.after(() => server.stop());
	const browser = await launch('chromium');
	t.after(() => browser.close());
	fs.mkdirSync(PICTURES, { recursive: true });
	return { server, browser, url: `${server.url}/console/` };
}

async function openConsole(t, { browser, url }, settings = {}, hash = '') {
	const page = await openPage(t, browser, url + hash, { ...VIEWS.desk, reducedMotion: 'reduce', expected: REFUSED, ...settings });
	page.setDefaultTimeout(WAIT_MOST_MS);
	return page;
}

async function signedIn(t, console, name, settings) {
	const page = await openConsole(t, console, settings);
	await page.fill('#name', name);
	await page.fill('#password', PASSWORD);
	await page.keyboard.press('Enter');
	await focusOn(page, '#search');
	return page;
}

async function openAccount(page) {
	await page.keyboard.press('@');
	await page.locator('dialog.account[open]').waitFor();
	await page.locator('.sessions li').first().waitFor();
}

const count = (page, selector, expected) => eventually(() => page.locator(selector).count(), expected, selector);
const invalid = (page, id) => page.locator(`#${id}[aria-invalid=true]`).waitFor();
const told = (page, words) => page.locator('dialog .done', { hasText: words }).waitFor();
const refused = (page, words) => page.locator('dialog [role=alert]', { hasText: words }).waitFor();
const stepNow = () => Math.floor(Date.now() / 30000);

async function check(page, state) {
	await takePicture(page, path.join(PICTURES, `account-${state}.png`));
	await page.evaluate(AXE);
	const found = await page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	});
	assert.deepStrictEqual(found, [], state);
	assert.strictEqual(await page.evaluate(() => [document.documentElement, document.querySelector('dialog[open]') ?? document.body]
		.some((node) => node.scrollWidth > node.clientWidth)), false, state);
}

/* Tab by Tab, as far as the control with this id or these words. */
async function tabTo(page, wanted) {
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press('Tab');
		if (await page.evaluate((text) => document.activeElement.id === text || document.activeElement.textContent === text, wanted))
			return;
	}
	assert.fail(`Tab does not lead to ${wanted}`);
}

test('signing in with an empty field is told in the page\'s own words', async (t) => {
	const console = await withConsole(t);
	const page = await openConsole(t, console, { expected: null }); // not even that nobody is signed in is an error
	await page.locator('#name').waitFor();
	await page.keyboard.press('Enter');
	await page.locator('[role=alert]', { hasText: '请输入用户名。' }).waitFor();
	await focusOn(page, '#name');
	await invalid(page, 'name');
	await page.keyboard.type('zhang');
	await page.keyboard.press('Enter');
	await page.locator('[role=alert]', { hasText: '请输入密码。' }).waitFor();
	await focusOn(page, '#password');
	await check(page, 'sign-in-empty');
});

test('one\'s own account', async (t) => {
	const console = await withConsole(t);

	await t.test('the_first_password_is_set_after_a_link', async (t) => {
		dayiUser(console.server, ['add', 'li', 'operator', '--no-password']);
		const page = await openConsole(t, console, {}, `#link=${makeLink(console.server, 'li')}`);
		await page.locator('.who', { hasText: '未设密码' }).waitFor();
		await openAccount(page);
		await check(page, 'first-password');
		await page.locator('#wanted').waitFor();
		await count(page, '#present', 0);
		await tabTo(page, 'wanted');
		for (const [wanted, repeat, words, field] of [['', '', '请输入新密码', 'wanted'], ['short', 'short', '至少要10个字符', 'wanted'],
			['zzzzzzzzzzzz', '', '同一个字符', 'wanted'], ['1234567li890', '', '不能含有用户名', 'wanted'], [NEW_PASSWORD, 'x', '不一样', 'repeat']]) {
			await page.fill('#wanted', wanted);
			await page.fill('#repeat', repeat);
			await page.keyboard.press('Enter');
			await refused(page, words);
			await focusOn(page, `#${field}`);
			await invalid(page, field);
		}
		await check(page, 'password-refused');
		await page.fill('#repeat', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await told(page, '密码已保存');
		await page.locator('#present').waitFor();
		assert.deepStrictEqual(await outcome(await new Operator(console.server).signIn('li', NEW_PASSWORD)), { status: 204, reason: undefined });
	});

	await t.test('another_password_ends_the_other_sessions_and_this_one_goes_on', async (t) => {
		addUser(console.server, 'zhang', 'operator');
		const other = await Operator.signedIn(console.server, 'zhang');
		const page = await signedIn(t, console, 'zhang');
		await openAccount(page);
		await count(page, '.sessions li', 2);
		await tabTo(page, 'present');
		await page.keyboard.type('not the password');
		await page.fill('#wanted', NEW_PASSWORD);
		await page.fill('#repeat', NEW_PASSWORD);
		await page.keyboard.press('Enter');
		await refused(page, '现在的密码不对');
		await focusOn(page, '#present');
		await page.fill('#present', PASSWORD);
		await page.keyboard.press('Enter');
		await told(page, '密码已保存');
		assert.strictEqual((await other.get('me')).status, 401);
		await page.locator('.sessions li').nth(1).waitFor({ state: 'detached' });
		/* With the new token, what changes something still succeeds. */
		await page.getByRole('button', { name: '开启两步验证' }).press('Enter');
		await page.locator('.secret').waitFor();
		await page.keyboard.press('Escape');
		await page.locator('dialog').waitFor({ state: 'detached' });
		await focusOn(page, '#search');
	});

	await t.test('the_second_step_is_set_up_confirmed_and_removed', async (t) => {
		addUser(console.server, 'wang', 'operator');
		const page = await signedIn(t, console, 'wang');
		await openAccount(page);
		await tabTo(page, '开启两步验证');
		await page.keyboard.press('Enter');
		await page.locator('.qr').waitFor();
		await focusOn(page, '#totp-code');
		await check(page, 'totp-begun');
		await eventually(() => page.locator('.secret').innerText(), /^([A-Z2-7]{4} )+[A-Z2-7]{1,4}$/);
		const shown = await page.locator('.secret').innerText();
		const secret = shown.replaceAll(' ', '');
		await page.keyboard.type('12345');
		await page.keyboard.press('Enter');
		await refused(page, '请输入6位数字');
		await page.fill('#totp-code', codeOf(secret, stepNow() - 20));
		await page.keyboard.press('Enter');
		await refused(page, '验证码不对');
		await focusOn(page, '#totp-code');
		const begun = stepNow();
		await page.fill('#totp-code', codeOf(secret, begun));
		await page.keyboard.press('Enter');
		await told(page, '两步验证已开启');
		assert.deepStrictEqual(await outcome(await new Operator(console.server).signIn('wang', PASSWORD)), { status: 401, reason: 'code_needed' });
		await page.getByRole('button', { name: '关闭两步验证' }).waitFor();
		await check(page, 'totp-on');
		await page.fill('#totp-code', codeOf(secret, Math.max(stepNow(), begun + 1)));
		await page.keyboard.press('Enter');
		await told(page, '两步验证已关闭');
		await page.getByRole('button', { name: '开启两步验证' }).waitFor();
		assert.strictEqual((await new Operator(console.server).signIn('wang', PASSWORD)).status, 204);
	});

	await t.test('sessions_are_seen_and_ended_one_by_one_or_all_others', async (t) => {
		addUser(console.server, 'zhao', 'operator');
		const others = [];
		for (let i = 0; i < 3; i++)
			others.push(await Operator.signedIn(console.server, 'zhao'));
		const page = await signedIn(t, console, 'zhao');
		await openAccount(page);
		await count(page, '.sessions li', 4);
		await eventually(() => page.locator('.sessions li', { hasText: '当前' }).count(), 1);
		await page.locator('#sessions-title').scrollIntoViewIfNeeded();
		await check(page, 'sessions');
		await tabTo(page, '结束');
		await page.keyboard.press('Enter');
		await told(page, '已结束');
		await focusOn(page, '#sessions-title');
		await count(page, '.sessions li', 3);
		await tabTo(page, '结束其他全部登录');
		await page.keyboard.press('Enter');
		await page.locator('.sessions li').nth(1).waitFor({ state: 'detached' });
		for (const other of others)
			assert.strictEqual((await other.get('me')).status, 401);
	});

	await t.test('what_a_browser_calls_itself_is_text', async (t) => {
		addUser(console.server, 'qian', 'operator');
		const stranger = new Operator(console.server, { 'User-Agent': '<img src=x onerror=window.ran=1>' });
		await stranger.signIn('qian', PASSWORD);
		const page = await signedIn(t, console, 'qian');
		await openAccount(page);
		await count(page, '.sessions li', 2);
		await page.locator('.sessions li', { hasText: '未知' }).waitFor();
		await count(page, 'dialog img', 0);
		assert.strictEqual(await page.evaluate(() => window.ran), undefined);
	});

	await t.test('a_session_that_ended_leads_back_to_the_sign_in', async (t) => {
		addUser(console.server, 'sun', 'operator');
		const page = await signedIn(t, console, 'sun');
		await openAccount(page);
		await page.context().clearCookies();
		/* This hears of it, or the view of the chats has before and the button is gone with its page. */
		await page.evaluate(() => [...document.querySelectorAll('dialog button')].find((button) => button.textContent === '开启两步验证')?.click());
		await page.locator('[role=alert]', { hasText: '重新登录' }).waitFor();
	});

	await t.test('the_key_is_listed_and_is_a_letter_where_one_types', async (t) => {
		addUser(console.server, 'zhou', 'operator');
		const page = await signedIn(t, console, 'zhou');
		await page.keyboard.type('a@');
		await eventually(() => page.inputValue('#search'), 'a@');
		await page.fill('#search', '');
		await page.keyboard.press('?');
		await eventually(() => page.locator('dialog').innerText(), /@\s+我的账号/);
	});
});

test('the page of one\'s own account fits and is accessible in every view', async (t) => {
	const console = await withConsole(t);
	addUser(console.server, 'zhang', 'operator');
	for (const [view, settings] of Object.entries(VIEWS))
		await t.test(`in_the_view_${view}`, async (t) => {
			const page = await signedIn(t, console, 'zhang', settings);
			await openAccount(page);
			await check(page, view);
			await page.getByRole('button', { name: '开启两步验证' }).press('Enter');
			await page.locator('.qr').waitFor();
			await check(page, `${view}-totp`);
		});
});
