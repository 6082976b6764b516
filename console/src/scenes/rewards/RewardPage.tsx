// One reward: what it is, who may buy it, what was bought of it.

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { RewardView } from '../../api/generated/types.gen'
import { Problem } from '../../api/problem'
import { rewardQuery } from '../../api/queries'
import { NounEditor } from '../../parts/NounEditor'
import { RowActions } from '../../parts/NounTable'
import { nounQuery, oneQuery } from '../../parts/noun'
import { NounNames } from '../../parts/NounChoice'
import { CriteriaShown } from '../../parts/CriteriaShown'
import { Answered } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { EDITORS, useMayDo, VIEWERS } from '../../parts/roles'
import { Facts, Id, points, Time } from '../../parts/values'
import { rewards } from '#words/rewards'
import { parts } from '#words/parts'
import { AUDIENCES } from '../audiences/Audiences'
import { CODE_POOLS } from '../code-pools/CodePools'
import { TIERS } from '../tiers/Tiers'
import { VoucherList } from '../vouchers/VoucherList'
import { Discounts } from './Discounts'
import { OwnCodes } from './OwnCodes'
import { REWARDS, RewardState } from './Rewards'

// What is made on this page is a discount.
const CHANGED = { ...REWARDS, create: undefined }

export function RewardPage() {
  const { rewardId } = useParams({ strict: false }) as { rewardId: string }
  const query = useQuery(rewardQuery(rewardId))
  const mayEdit = useMayDo(EDITORS)
  const navigate = useNavigate()
  const reward = query.data
  const pool = usePool(reward)
  if (!reward)
    return (
      <Page title={rewards.reward}>
        <Answered query={query} rows={6} instead={<Link to="/rewards">{rewards.back}</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  const leave = () => void navigate({ to: '/rewards', search: {}, replace: true })
  return (
    <Page
      title={reward.name}
      intro={reward.description}
      actions={mayEdit && <RowActions isOnPage noun={REWARDS} row={reward} onGone={leave} />}
    >
      <div className="pc-columns">
        <Section title={rewards.facts}>
          <RewardFacts reward={reward} />
        </Section>
        <div className="pc-stack">
          <Section title={rewards.sections.who}>
            <Conditions reward={reward} />
          </Section>
        </div>
      </div>
      <Discounts reward={reward} />
      {mayEdit && pool.isOwn && <OwnCodes reward={reward} />}
      <Section
        title={rewards.vouchers}
        actions={
          <Link to="/vouchers" search={{ reward: reward.id }}>
            {rewards.allVouchers}
          </Link>
        }
      >
        <VoucherList filters={{ reward: reward.id }} />
      </Section>
      {mayEdit && <NounEditor noun={CHANGED} rows={[reward]} />}
    </Page>
  )
}

const NOT_FOUND = 404

/** Whether a reward's codes are its own: such a pool is not among the others. */
function usePool(reward: RewardView | undefined) {
  const id = reward?.code?.pool?.id
  const { data: shared, error } = useQuery({ ...oneQuery(CODE_POOLS, id ?? ''), enabled: useMayDo(VIEWERS) && id !== undefined })
  const isNowhere = error instanceof Problem && error.status === NOT_FOUND
  return { shared, isOwn: reward?.codeType === 'POOL' && (id === undefined || isNowhere) }
}

function RewardFacts({ reward }: { reward: RewardView }) {
  const { availability, code } = reward
  const pool = usePool(reward)
  return (
    <Facts
      items={[
        [parts.idOf, <Id key="id" value={reward.id} />],
        [rewards.state, <RewardState key="s" reward={reward} />],
        [rewards.price, points(reward.price)],
        [rewards.sold, rewards.soldOf(reward.stockConsumed, reward.stockCapacity)],
        [rewards.from, <Time key="f" value={availability.start} />],
        [rewards.until, availability.end ? <Time key="u" value={availability.end} /> : rewards.noEnd],
        [rewards.category, reward.category?.name],
        [rewards.expiration, reward.purchaseExpiration],
        [rewards.warning, reward.notificationConfig && String(reward.notificationConfig.quantity)],
        [rewards.codeType, rewards.codeTypes[reward.codeType] ?? reward.codeType],
        [
          rewards.pool,
          pool.shared ? (
            <Link key="p" to="/code-pools/$poolId" params={{ poolId: pool.shared.id }} search={{}}>
              {pool.shared.name}
            </Link>
          ) : (
            pool.isOwn ? rewards.ownPool : undefined
          ),
        ],
        [rewards.template, code?.template],
        [rewards.value, code?.value],
        [rewards.message, reward.redemptionMessage],
      ]}
    />
  )
}

function Conditions({ reward }: { reward: RewardView }) {
  const tiers = useQuery(nounQuery(TIERS)).data
  const tier = reward.tier && (tiers?.find((one) => one.id === reward.tier?.id)?.name ?? reward.tier.id)
  const { purchasableForAudiences: buyers, limitPerUser, visibilityCriteria } = reward
  return (
    <>
      <Facts
        items={[
          [rewards.tier, tier ?? rewards.noTier],
          [rewards.audiences, buyers.length > 0 ? <NounNames key="a" noun={AUDIENCES} of={buyers} /> : rewards.any],
          [
            rewards.limit,
            limitPerUser
              ? rewards.limitOf(limitPerUser.count, rewards.periods[limitPerUser.per] ?? limitPerUser.per)
              : rewards.limitNone,
          ],
        ]}
      />
      {visibilityCriteria && <CriteriaShown tree={visibilityCriteria.criteriaTree} label={rewards.visibility} />}
    </>
  )
}
