// One campaign: what it is, what can be reached in it, and by whose codes.

import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { call } from '../../api/client'
import { isObject } from '../../api/exactJson'
import * as api from '../../api/generated/sdk.gen'
import type { CampaignView } from '../../api/generated/types.gen'
import { NounEditor } from '../../parts/NounEditor'
import { RowActions } from '../../parts/NounTable'
import { NounNames } from '../../parts/NounChoice'
import { Answered } from '../../parts/notices'
import { NounSection } from '../../parts/NounSection'
import { Page, Section } from '../../parts/Page'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Facts, Id, Time } from '../../parts/values'
import { campaigns } from '#words/campaigns'
import { parts } from '#words/parts'
import { AUDIENCES } from '../audiences/Audiences'
import { CAMPAIGNS } from './Campaigns'
import { Codes } from './Codes'
import { tranchesOf } from './tranches'

const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: [CAMPAIGNS.key, id],
    queryFn: async ({ signal }) => (await call((to) => api.getCampaign({ ...to, path: { id } }), signal)).data,
  })

// What is made on this page is a tranche.
const CHANGED = { ...CAMPAIGNS, create: undefined }

export function CampaignPage() {
  const { campaignId } = useParams({ strict: false }) as { campaignId: string }
  const query = useQuery(campaignQuery(campaignId))
  const mayEdit = useMayDo(EDITORS)
  const navigate = useNavigate()
  const tranches = useMemo(() => tranchesOf(campaignId), [campaignId])
  const campaign = query.data
  if (!campaign)
    return (
      <Page title={campaigns.campaign}>
        <Answered query={query} rows={6} instead={<Link to="/campaigns">{campaigns.back}</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  const leave = () => void navigate({ to: '/campaigns', search: {}, replace: true })
  return (
    <Page title={campaign.name} actions={mayEdit && <RowActions isOnPage noun={CAMPAIGNS} row={campaign} onGone={leave} />}>
      <Section title={campaigns.facts}>
        <CampaignFacts campaign={campaign} />
      </Section>
      <NounSection noun={tranches} />
      <Codes campaign={campaign.id} />
      {mayEdit && <NounEditor noun={CHANGED} rows={[campaign]} />}
    </Page>
  )
}

function CampaignFacts({ campaign }: { campaign: CampaignView }) {
  const link = isObject(campaign.linkConfig) ? campaign.linkConfig : {}
  return (
    <Facts
      items={[
        [parts.idOf, <Id key="id" value={campaign.id} />],
        [campaigns.state, campaign.isActive ? campaigns.states.on : campaigns.states.off],
        [campaigns.linkTitle, String(link.title ?? '')],
        [campaigns.linkDescription, String(link.description ?? '')],
        [campaigns.linkUrl, String(link.desktopUrl ?? '')],
        [campaigns.audiences, campaign.eligibleAudiences.length > 0 ? <NounNames key="a" noun={AUDIENCES} of={campaign.eligibleAudiences} /> : campaigns.anybody],
        [campaigns.hourly, written(campaign.registrationsPerHourMax)],
        [
          campaigns.referrals,
          <span key="r">
            <Link to="/referrals" search={{ campaign: campaign.id, status: 'FLAGGED' }}>
              {campaigns.waiting}
            </Link>
            {' · '}
            <Link to="/referrals" search={{ campaign: campaign.id }}>
              {campaigns.all}
            </Link>
          </span>,
        ],
        [campaigns.created, <Time key="c" value={campaign.createdAt} />],
        [campaigns.changed, <Time key="u" value={campaign.updatedAt} />],
      ]}
    />
  )
}
