import { describe, expect, it } from 'vitest'
import { type ReportData, renderReport } from './render-report.js'

const data: ReportData = {
  summary: 'Seed 1 <b>&',
  problems: [],
  notes: ['copycat is a colluder'],
  rounds: [1],
  miners: [{ model: 'garch', label: '</script><script>alert(1)</script>', skill: [0.1] }],
  incentive: [{ name: 'epoch 1', values: [1] }],
  weights: [{ name: 'validator-1', values: [1] }],
  latency: [{ name: 'median', values: [12] }],
  metagraph: { columns: [{ title: 'uid', isNumber: true }], rows: [['<img src=x>']] },
  ledger: { columns: [{ title: 'epoch' }], rows: [['1']] },
}

describe('renderReport', () => {
  const html = renderReport(data)

  it('loads nothing', () => {
    const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '<script></script>')
    expect(markup).not.toMatch(/<[^>]*\s(src|href)=/)
    expect(markup).not.toContain('url(')
    expect(html).toContain("default-src 'none'")
  })

  it('has exactly its three scripts: data cannot end one', () => {
    expect(html.match(/<script/gi)).toHaveLength(3)
    expect(html.match(/<\/script/gi)).toHaveLength(3)
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    expect(JSON.parse(json).miners[0].label).toBe('</script><script>alert(1)</script>')
  })

  it('escapes text', () => {
    expect(html).toContain('Seed 1 &lt;b&gt;&amp;')
    expect(html).toContain('&lt;img src=x&gt;')
  })

  it('keeps the notice of the library’s licence', () => {
    expect(html).toMatch(/Chart\.js v4[\s\S]{0,120}MIT License/)
  })

  it('says whether the run came out right', () => {
    expect(html).toContain('The run came out right.')
    expect(renderReport({ ...data, problems: ['lazy earns too much'] })).toContain('did not come out right: lazy earns too much')
  })
})
