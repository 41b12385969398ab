/* Channels are switched, and the emergency notice is put up, in the console; who asks sees it at once. */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { ROOT, launch, openPage, takePicture } = require('./harness.js');
const { PASSWORD, addUser, startConsole } = require('../integration/operator.js');

const PICTURES = path.join(ROOT, 'build/screenshots/console');
const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = '系统今晚22点至24点升级，期间不能提交申请。';

async function check(page, name) {
	await takePicture(page, path.join(PICTURES, `${name}.png`));
	await page.evaluate(AXE);
	assert.deepStrictEqual(await page.evaluate(async () => {
		const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
	}), []);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), 'no sideways scrolling');
}

test('channels', async (t) => {
	fs.mkdirSync(PICTURES, { recursive: true });
	const server = await startConsole({ web: { folder: path.join(ROOT, 'web/dist') } });
	t.after(() => server.stop());
	addUser(server, 'guan', 'administrator');
	addUser(server, 'zhang', 'operator');
	const browser = await launch('chromium');
	t.after(() => browser.close());
	const open = async (t, name, settings = {}) => {
		const page = await openPage(t, browser, `${server.url}/console/`, { viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce', expected: /status of (40[013]|503)/, ...settings });
		page.setDefaultTimeout(10000);
		await page.fill('#name', name);
		await page.fill('#password', PASSWORD);
		await page.keyboard.press('Enter');
		await page.locator('#search').waitFor();
		return page;
	};

	await t.test('the_notice_is_put_up_seen_by_who_asks_and_taken_down', async (t) => {
		const applicant = await openPage(t, browser, `${server.url}/`, { viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' });
		await applicant.locator('#welcome').waitFor();
		const page = await open(t, 'guan');
		await page.keyboard.press('F6');
		await page.locator('#notice-text').waitFor();
		await check(page, 'channels');
		await page.getByRole('button', { name: '发布通知' }).click();
		await page.locator('.said', { hasText: '请先写通知内容' }).waitFor();
		await page.fill('#notice-text', TEXT);
		await page.fill('#notice-until', '2001-01-01T00:00');
		await page.getByRole('button', { name: '发布通知' }).click();
		await page.locator('.said', { hasText: '结束时间要晚于' }).waitFor();
		await page.fill('#notice-until', '2099-12-31T08:00');
		await page.getByRole('button', { name: '发布通知' }).click();
		await page.locator('.standing', { hasText: TEXT }).waitFor();
		assert.doesNotMatch(await page.locator('.standing').innerText(), /2000/);
		assert.match(await page.locator('.standing').innerText(), /到 2099-12-31 08:00 为止/, 'in the time of China');
		await check(page, 'channels-notice');
		await applicant.locator('#notice', { hasText: TEXT }).waitFor();
		await check(applicant, 'chat-notice');
		await applicant.reload();
		await applicant.locator('#notice', { hasText: TEXT }).waitFor();
		await applicant.getByRole('button', { name: '收起通知' }).click();
		assert.strictEqual(await applicant.locator('#notice p').count(), 0);
		await page.getByRole('button', { name: '撤下通知' }).click();
		await page.locator('.told', { hasText: '通知已撤下' }).waitFor();
	});

	await t.test('a_channel_is_switched_off_and_on', async (t) => {
		const applicant = await openPage(t, browser, `${server.url}/`, { viewport: { width: 390, height: 780 }, reducedMotion: 'reduce' });
		await applicant.locator('#welcome').waitFor();
		const page = await open(t, 'guan');
		await page.keyboard.press('F6');
		await page.getByRole('button', { name: '停用网页咨询', exact: true }).click();
		await page.getByRole('button', { name: '不停用' }).click();
		await page.getByRole('button', { name: '停用网页咨询', exact: true }).waitFor();
		await page.getByRole('button', { name: '停用网页咨询', exact: true }).click();
		await page.getByRole('button', { name: '确定停用网页咨询' }).waitFor();
		await page.keyboard.press('Enter');
		await page.locator('.channel', { hasText: '网页咨询' }).locator('.state', { hasText: '已停用' }).waitFor();
		await check(page, 'channels-off');
		await server.logged(/channel_off channel="web"/);
		await applicant.fill('#message', '照片传不上去');
		await applicant.keyboard.press('Enter');
		await applicant.locator('#log', { hasText: '自动答疑暂停服务' }).waitFor();
		await check(applicant, 'chat-off');
		await page.getByRole('button', { name: '恢复网页咨询' }).click();
		await page.locator('.channel', { hasText: '网页咨询' }).locator('.state', { hasText: '在用' }).waitFor();
	});

	await t.test('is_legible_when_zoomed_and_not_offered_to_an_operator', async (t) => {
		const page = await open(t, 'guan', { viewport: { width: 683, height: 384 } });
		await page.getByRole('button', { name: '渠道' }).click();
		await page.locator('#notice-text').waitFor();
		await check(page, 'channels-200');
		const operator = await open(t, 'zhang');
		assert.strictEqual(await operator.getByRole('button', { name: '渠道' }).count(), 0);
	});
});
