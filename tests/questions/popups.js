/*
 * Questions made of the knowledge's own popups: in a whole window's text, garbled, and several in
 * one message. What they are expected to find follows from the popup. Deterministic.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const WINDOW = (popup) => [
	'河南政务服务网 - 法人服务 - 安全生产考核',
	'首页 > 在线办理 > 填写申报表单 第2步，共4步',
	'姓名 张三 联系电话 请填写 上一步 下一步 暂存',
	'来自网页的消息',
	popup,
	'确定 取消',
	'技术支持 建议使用1366*768以上分辨率 版权所有',
].join('\n');

const JOINERS = ['\n', '\n\n', '\n确定\n', '\n提示：', '；', '和', '还有'];
const LOOKALIKES = { 未: '末', 已: '己', 请: '清', 项: '顷', 办: '为', 绩: '债', 期: '朗', 证: '征', 聘: '骋', 致: '到' };

/* Numbers of the entries whose popups are mixed with each other. */
const SEVERAL = [2, 3, 6, 7];

function popupsOf(folder) {
	const all = [];
	const collection = path.join(folder, 'anguan');
	for (const file of fs.readdirSync(collection).sort()) {
		const entry = JSON.parse(fs.readFileSync(path.join(collection, file), 'utf8'));
		for (const text of entry.prompts || [])
			all.push({ number: String(entry.number), text });
	}
	return all;
}

/* Look-alike characters, a lost one every nine, and a blank in the middle. */
function garble(text, shift) {
	return [...text].map((c, i) => {
		if ((i + shift) % 9 === 4)
			return '';
		return (i + shift) % 2 && LOOKALIKES[c] ? LOOKALIKES[c] : c;
	}).join('');
}

function orderedTuples(items, size) {
	if (size === 0)
		return [[]];
	return items.flatMap((item) =>
		orderedTuples(items.filter((other) => other !== item), size - 1).map((rest) => [item, ...rest]));
}

function several(popups) {
	const first = SEVERAL.map((number) => popups.find((p) => p.number === String(number))).filter(Boolean);
	const rows = [];
	for (const size of [2, 3])
		for (const tuple of orderedTuples(first, size))
			for (const joiner of JOINERS)
				rows.push({ q: tuple.map((p) => p.text).join(joiner), expect: tuple.map((p) => p.number), kind: 'multi' });
	return rows;
}

/* {windows, garbled, several}: rows as in own.jsonl. */
function popupSets(folder) {
	const popups = popupsOf(folder);
	return {
		windows: popups.map((p) => ({ q: WINDOW(p.text), expect: [p.number], kind: 'window' })),
		garbled: popups.flatMap((p) => [0, 1, 2, 3].map((shift) =>
			({ q: garble(p.text, shift), expect: [p.number], kind: 'garbled' }))),
		several: several(popups),
	};
}

module.exports = { popupSets };
