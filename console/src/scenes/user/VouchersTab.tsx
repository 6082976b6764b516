import type { User } from '../../api/queries'
import { Section } from '../../parts/Page'
import { user as words } from '#words/user'
import { VoucherList } from '../vouchers/VoucherList'

export default function VouchersTab({ user }: { user: User }) {
  return (
    <Section title={words.tabs.vouchers}>
      <VoucherList filters={{ user: user.id }} />
    </Section>
  )
}
