// A drawing of numbers over an axis, and the same numbers as a table: whoever cannot see the one reads the other.

import { Button, Group, Title } from '@mantine/core'
import { lazy, Suspense, useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { BlockSkeleton } from './Skeleton'
import { Table, type Column } from './Table'
import { written } from './numbers'

const Drawing = lazy(() => import('./ChartDrawing'))

/** Names of colours that differ from the page's ground by 3:1 in both schemes. */
export type Colour = 'blue' | 'green' | 'red' | 'orange' | 'violet' | 'grey'
export type Row = Record<string, string | number | null>
export type Series = { key: string; name: string; colour: Colour }
export type ChartProps = {
  /** What is drawn: the heading, and the name of both forms. */
  title: string
  kind: 'line' | 'area' | 'bar' | 'stacked-bar'
  /** One row a place on the axis; null where there is no number. */
  rows: Row[]
  /** The rows' member that stands on the axis, as it is to be read. */
  axis: { key: string; name: string }
  series: Series[]
  /** How a number is written; as English writes it, without. */
  written?: (value: number) => string
  /** Pixels. */
  height?: number
  /** The heading's level on the page. */
  level?: 2 | 3 | 4
}

export function Chart(props: ChartProps) {
  const { title, rows, axis, series, height = 220, level = 2, written: textOf = written } = props
  const [isTable, setIsTable] = useState(false)
  const id = useId()
  const action = isTable ? parts.chart.asChart : parts.chart.asTable
  const columns: Column<Row>[] = [
    { name: axis.name, cell: (row) => row[axis.key] },
    ...series.map(({ key, name }) => ({
      name,
      isNumber: true,
      cell: (row: Row) => (typeof row[key] === 'number' ? textOf(row[key]) : row[key]),
    })),
  ]
  return (
    <figure className="pc-chart" aria-labelledby={id}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={level} size="h5" id={id}>
          {title}
        </Title>
        {rows.length > 0 && (
          <Button size="compact-xs" variant="subtle" aria-label={`${action}: ${title}`} onClick={() => setIsTable(!isTable)}>
            {action}
          </Button>
        )}
      </Group>
      {rows.length === 0 ? (
        <p className="pc-nothing">{parts.chart.nothing}</p>
      ) : isTable ? (
        <div className="pc-chart-table" tabIndex={0} role="region" aria-labelledby={id} style={{ maxHeight: height + 80 }}>
          <Table columns={columns} rows={rows} idOf={(row) => String(row[axis.key])} />
        </div>
      ) : (
        <WhenSeen height={height}>
          <Suspense fallback={<BlockSkeleton height={height} />}>
            <Drawing {...props} written={textOf} height={height} />
          </Suspense>
        </WhenSeen>
      )}
    </figure>
  )
}

/** Shows what is costly once somebody can see its place and the rest of the page stands: numbers do not wait for drawings. */
function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [isSeen, setIsSeen] = useState(false)
  useEffect(() => {
    let waiting = 0
    const sight = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        sight.disconnect()
        // Twice: the first frame is the one that paints the numbers.
        waiting = requestAnimationFrame(() => (waiting = requestAnimationFrame(() => setIsSeen(true))))
      },
      { rootMargin: '200px' },
    )
    sight.observe(place.current!)
    return () => {
      sight.disconnect()
      cancelAnimationFrame(waiting)
    }
  }, [])
  return isSeen ? <>{children}</> : <div ref={place}><BlockSkeleton height={height} /></div>
}
