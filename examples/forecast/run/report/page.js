// Runs in the report: draws its charts from the data beside it, anew when the reader's colours change.
;(() => {
  const data = JSON.parse(document.getElementById('data').textContent)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  // After Okabe and Ito, told apart without red and green; darker on white, lighter on black. Grey to red: the miners that misbehave.
  const colours = {
    rw252: ['#8a6d00', '#e3c14d'],
    rw63: ['#b0568a', '#e79ac6'],
    ewma: ['#c24e00', '#ff9d5c'],
    garch: ['#0060a8', '#6cb6ff'],
    'ar-ewma': ['#007a5a', '#43d1a7'],
    robust: ['#6042a6', '#b59cf5'],
    lazy: ['#6b7280', '#a3adb8'],
    copycat: ['#a40e26', '#ff7b85'],
    slow: ['#111827', '#f3f4f6'],
  }
  const steps = [
    ['#5b9bd5', '#3b78b8'],
    ['#2f6db5', '#74b0ea'],
    ['#0b3d7a', '#cfe6ff'],
  ]
  const dashes = { lazy: [2, 3], copycat: [7, 4], slow: [10, 3, 2, 3] }
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const pick = (pair) => pair[dark.matches ? 1 : 0]
  const percent = (value) => `${(100 * value).toFixed(1)} %`

  function axis(title, more = {}) {
    return {
      title: { display: true, text: title, color: css('--soft') },
      ticks: { color: css('--soft'), ...more.ticks },
      grid: { color: css('--line'), ...more.grid },
      ...more.axis,
    }
  }

  function options(x, y, label, more = {}) {
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false, ...more.interaction },
      scales: { x, y },
      plugins: {
        legend: { labels: { color: css('--text'), boxWidth: 28, boxHeight: 2, ...more.legend } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${label(item.raw)}` } },
      },
    }
  }

  function step(i, count) {
    const at = count === 1 ? 2 : Math.round((2 * i) / (count - 1))
    return pick(steps[at])
  }

  function bars(id, series, x, y, label) {
    return new Chart(id, {
      type: 'bar',
      data: {
        labels: data.miners.map((miner) => miner.label),
        datasets: series.map(({ name, values }, i) => ({ label: name, data: values, backgroundColor: step(i, series.length) })),
      },
      options: options(x, y, label, { legend: { boxHeight: 12, boxWidth: 14 } }),
    })
  }

  const names = () => axis('miner', { grid: { display: false }, ticks: { autoSkip: false, maxRotation: 50 } })
  let charts = []
  function draw() {
    for (const chart of charts) chart.destroy()
    charts = [
      new Chart('skill', {
        type: 'line',
        data: {
          labels: data.rounds,
          datasets: data.miners.map(({ model, label, skill }) => ({
            label,
            data: skill,
            borderColor: pick(colours[model]),
            backgroundColor: pick(colours[model]),
            borderDash: dashes[model] ?? [],
            borderWidth: 2,
            pointRadius: 0,
            tension: 0,
          })),
        },
        options: options(
          axis('round', { grid: { display: false }, ticks: { maxTicksLimit: 16 } }),
          axis('skill: 0 is the reference, 1 is perfect'),
          (value) => value.toFixed(4),
        ),
      }),
      bars('incentive', data.incentive, names(), axis('share of the incentive', { ticks: { callback: percent } }), percent),
      bars('weights', data.weights, names(), axis('share of the weights', { ticks: { callback: percent } }), percent),
      bars(
        'latency',
        data.latency,
        names(),
        axis('ms, logarithmic', { axis: { type: 'logarithmic', min: 1 } }),
        (value) => `${value.toFixed(1)} ms`,
      ),
    ]
  }
  draw()
  dark.addEventListener('change', draw)
})()
