/* Cells of Excel as they are shown: by the number format of their style. */
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { imported, zip } = require('./imported');

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/*
 * A workbook whose answers are these cells: [value, format, what it shows]. A format is the id of one that is built in, or a
 * code; the value is a number, a text, or the XML of a cell behind its style.
 */
function workbook(cells, settings = '') {
	const formats = [...new Set(cells.map(([, format]) => format))];
	const id = (format) => (typeof format === 'number' ? format : 176 + formats.indexOf(format));
	const own = formats.filter((format) => typeof format === 'string').map((code) => `<numFmt numFmtId="${id(code)}" formatCode="${escaped(code)}"/>`).join('');
	const styles = `<styleSheet><numFmts>${own}</numFmts><cellStyleXfs><xf numFmtId="10"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((format) => `<xf numFmtId="${id(format)}"/>`).join('')}</cellXfs></styleSheet>`;
	const text = (at, value, style = 0) => `<c r="${at}" s="${style}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
	const answer = (at, value, style) => {
		if (typeof value === 'number')
			return `<c r="${at}" s="${style}"><v>${value}</v></c>`;
		return value.startsWith('<c') ? value.replace('<c', `<c r="${at}" s="${style}"`) : text(at, value, style);
	};
	const rows = cells.map(([value, format], i) => `<row r="${i + 2}">${text(`A${i + 2}`, `第${i + 1}件多少？`)}${answer(`B${i + 2}`, value, formats.indexOf(format) + 1)}</row>`).join('');
	return zip({
		'xl/workbook.xml': `<workbook>${settings}<sheets><sheet name="问答"/></sheets></workbook>`, 'xl/styles.xml': styles,
		'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1">${text('A1', '问题')}${text('B1', '答案')}</row>${rows}</sheetData></worksheet>`,
	});
}

/* Imports them; each answer must be what its cell shows. */
function shown(t, cells, settings) {
	const { entries, err } = imported(t, 'a.xlsx', workbook(cells, settings));
	assert.deepEqual(entries.map(([, answer]) => answer), cells.map(([, , text]) => text));
	return err;
}

// Days are counted from 1899-12-30: 46082 is 2026-03-01.
test('numbers, money, percentages and dates are imported as Excel shows them', (t) => {
	const err = shown(t, [
		[50, '"¥"#,##0.00', '¥50.00'], [30, '[$¥-804]#,##0.00;[Red][$¥-804]\\-#,##0.00', '¥30.00'], [120, 44, '¥120.00'], [0.026, 10, '2.60%'], [0.15000000000000002, 9, '15%'],
		[600000, '#,##0"元"', '600,000元'], [1280.5, 4, '1,280.50'], [12, 1, '12'], [-12.5, '0.00_);\\(0.00\\)', '(12.50)'], [12345, '0!.0,"万"', '1.2万'],
		[46082, 14, '2026/3/1'], [46082, 31, '2026年3月1日'], [46082, 57, '2026年3月'], [46082.375, 22, '2026/3/1 9:00'], [0.375, 20, '9:00'], [0.6875, 55, '下午4时30分'],
		[0.15000000000000002, 0, '0.15'], [13812345678, 0, '13812345678'],
	]);
	assert.doesNotMatch(err, /warning/);
	shown(t, [[44620, 14, '2026/3/1'], [0, 14, '1904/1/1']], '<workbookPr date1904="1"/>');
	shown(t, [[46082, 14, '2026/3/1'], [60, 14, '1900/2/29']], '<workbookPr date1904="0"/>');
});

test('texts, results of formulas and booleans are imported as Excel shows them', (t) => {
	const err = shown(t, [
		['五十元', '0.00', '五十元'], ['50', '0.00', '50'], ['2.6%', 10, '2.6%'], ['12', '"第"@"号"', '第12号'],
		['<c><f>A1*2</f><v>0.026</v></c>', 10, '2.60%'], ['<c t="str"><f>TEXT(A1,"0%")</f><v>3%</v></c>', 10, '3%'], ['<c t="n"><v>7</v></c>', 2, '7.00'],
		['<c t="b"><v>1</v></c>', 0, 'TRUE'], ['<c t="b"><v>0</v></c>', 0, 'FALSE'],
	]);
	assert.doesNotMatch(err, /warning/);
});

test('what a format does not let be known is told with its cell', (t) => {
	const err = shown(t, [
		[0.75, '# ?/?', '0.75'], [1200, 11, '1200'], [12, '[DBNum2]0', '12'], [-1, 14, '-1'], [5, 59, '5'],
		['<c><v>110101199001011234</v></c>', 0, '110101199001011234'], ['<c t="e"><v>#N/A</v></c>', 0, '#N/A'], [0, '0;-0;;@', ''],
	]);
	for (const told of [
		/a\.xlsx:2: warning: B2: its number format “# \?\/\?” is not understood; the value is as it is stored: “0\.75”/, /a\.xlsx:3: warning: B3: its number format “0\.00E\+00” is not understood.*“1200”/,
		/a\.xlsx:4: warning: B4: its number format “\[DBNum2\]0” is not understood.*“12”/, /a\.xlsx:5: warning: B5: its number format “yyyy\/m\/d” is not understood.*“-1”/,
		/a\.xlsx:6: warning: B6: its number format “id 59” is not understood.*“5”/, /a\.xlsx:7: warning: B7: Excel keeps 15 digits of a number.*“110101199001011234”/,
		/a\.xlsx:8: warning: B8: the cell shows an error: “#N\/A”/, /a\.xlsx:9: warning: B9: its number format “0;-0;;@” does not show the value, which is left out: “0”/,
	])
		assert.match(err, told);
});

test('many cells of that kind are told one by one up to a limit, the others by their number', (t) => {
	const err = shown(t, Array.from({ length: 23 }, (_, i) => [i + 0.5, '# ?/?', String(i + 0.5)]));
	assert.equal(err.match(/is not understood/g).length, 20);
	assert.match(err, /the sheet “问答” has 3 further cells with formats or values of these kinds/);
});

test('numbers of entries are read whatever their cells show', (t) => {
	const head = '<row r="1"><c t="inlineStr"><is><t>序号</t></is></c><c t="inlineStr"><is><t>问题</t></is></c><c t="inlineStr"><is><t>答案</t></is></c></row>';
	const row = (n, s) => `<row r="${n + 1}"><c s="${s}"><v>${n}</v></c><c t="inlineStr"><is><t>第${n}件怎么办？</t></is></c><c t="inlineStr"><is><t>到窗口办。</t></is></c></row>`;
	for (const code of ['000', '0.00', '0"、"', '"第"0"条"']) {
		const { entries, err } = imported(t, 'a.xlsx', zip({
			'xl/workbook.xml': '<workbook/>', 'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="176" formatCode="${escaped(code)}"/></numFmts><cellXfs><xf numFmtId="176"/></cellXfs></styleSheet>`,
			'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${head}${[1, 2, 3].map((n) => row(n, 0)).join('')}</sheetData></worksheet>`,
		}));
		assert.deepEqual(entries, [1, 2, 3].map((n) => [`第${n}件怎么办？`, '到窗口办。']));
		assert.doesNotMatch(err, /warning/, code);
	}
});
