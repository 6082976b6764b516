// The drawing itself, with the library for it: loaded where a chart is shown, and nowhere else.

import '@mantine/charts/styles.css'
import { AreaChart, BarChart, LineChart } from '@mantine/charts'
import { parts } from '#words/parts'
import type { ChartProps } from './Chart'

// Told apart without colours, too.
const DASHES = ['0', '6 3', '2 3', '10 4 2 4', '1 4', '12 3']

type Props = ChartProps & { written: (value: number) => string; height: number }

export default function ChartDrawing({ kind, rows, axis, series, written, height, title }: Props) {
  const drawn = {
    h: height,
    data: rows,
    dataKey: axis.key,
    valueFormatter: written,
    withLegend: series.length > 1,
    // In the order of the series, as the table's columns are; the library would have it by the alphabet.
    legendProps: { verticalAlign: 'bottom' as const, height: 36, itemSorter: null },
    tooltipAnimationDuration: 0,
    textColor: 'var(--mantine-color-dimmed)',
    gridColor: 'var(--pc-line)',
    strokeDasharray: '3 3',
    xAxisProps: { minTickGap: 24 },
    yAxisProps: { width: 64, allowDecimals: rows.some((row) => series.some(({ key }) => !Number.isInteger(row[key]))) },
  }
  const lines = series.map(({ key, name, colour }, place) => ({
    name: key,
    label: name,
    color: `var(--pc-chart-${colour})`,
    strokeDasharray: DASHES[place % DASHES.length],
  }))
  // The library's own layer of keys: the arrows move along the axis, and what stands there is said.
  const described = { title, desc: parts.chart.keys }
  const still = { isAnimationActive: false }
  if (kind === 'line')
    return (
      <LineChart {...drawn} series={lines} curveType="linear" withDots={rows.length < 40} lineChartProps={described} lineProps={still} />
    )
  if (kind === 'area')
    return (
      <AreaChart {...drawn} series={lines} curveType="linear" withDots={false} areaChartProps={described} areaProps={still} />
    )
  return (
    <BarChart
      {...drawn}
      series={lines.map(({ strokeDasharray: _, ...bar }) => bar)}
      type={kind === 'bar' ? 'default' : 'stacked'}
      barChartProps={described}
      barProps={still}
    />
  )
}
