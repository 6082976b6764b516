"""The paths of the reference API, up to and including "Tenant", and the fields of their bodies: as data.

METHOD path ? query < body. In the query, `list` stands for limit, skip, order and filter, and a name in capitals for
parameters of its own. A path is served with and without the slash at its end.
"""

PATHS = """
GET /events/ ? EventListParams
POST /events/ < EventDefinition
GET /events/{id}
GET /events/{id}/reactions
POST /events/test_reaction < EventDefinition
GET /event_reactors/ ? list
POST /event_reactors/ < EventReactorDefinition
GET /event_reactors/{id}
PATCH /event_reactors/{id} < EventReactorPatch
DELETE /event_reactors/{id}
GET /event_types/ ? list
POST /event_types/ < EventTypeDefinition
GET /event_types/{identifier}
PATCH /event_types/{id} < EventTypePatch
GET /event_types/{identifier}/secret
POST /commands/purchase_reward < PurchaseRewardCommand
POST /commands/redeem_benefit < RedeemBenefitCommand
POST /commands/validate_voucher < ValidateVoucherCommand
POST /commands/adjust_points < ActorAdjustPointsCommand
POST /commands/award_badge < AwardBadgeCommand
GET /users/ ? list
POST /users/ ? locale < UserDefinition
GET /users/summary ? list
GET /users/{id}/active_campaign
GET /users/{id}
PATCH /users/{id} ? locale < UserPatch
DELETE /users/{id}
POST /users/{id}/purchases
POST /users/{id}/redemptions < RedemptionDefinition
POST /users/{id}/redemptions/validate < VoucherCodeDefinition
POST /users/{id}/commands < CommandDefinition
POST /users/{id}/referral_code
GET /users/{userId}/wallet ? locale
GET /users/{userId}/wallet/predictions
GET /benefits/ ? locale, BenefitListParams
GET /benefits/{id} ? locale
GET /code_pools/{poolId}/codes/ ? list
POST /code_pools/{poolId}/codes/ < CodeDefinition
DELETE /code_pools/{poolId}/codes/ ? list
GET /code_pools/{poolId}/codes/{id}
DELETE /code_pools/{poolId}/codes/{id}
POST /code_pools/{poolId}/codes/create_bulk < BulkCodeDefinition
GET /code_pools/ ? list
POST /code_pools/ < CodePoolDefinition
GET /code_pools/{id}
PATCH /code_pools/{id} < CodePoolPatch
GET /rewards/{rewardId}/discounts ? list
POST /rewards/{rewardId}/discounts < DiscountDefinition
GET /rewards/{rewardId}/discounts/{id}
PATCH /rewards/{rewardId}/discounts/{id} < DiscountPatch
DELETE /rewards/{rewardId}/discounts/{id}
GET /rewards/ ? completelySkipInvisible, locale, list
POST /rewards/ < RewardDefinition
GET /rewards/{id} ? locale
PATCH /rewards/{id} < RewardPatch
DELETE /rewards/{id}
GET /rewards/availability-criteria-builder/config
GET /reward_categories/ ? locale, RewardCategoryListParams
POST /reward_categories/ < CategoryDefinition
GET /reward_categories/{id} ? locale
PATCH /reward_categories/{id} < CategoryPatch
DELETE /reward_categories/{id}
GET /reward_categories/{id}/rewards ? completelySkipInvisible, locale, list
GET /rewards/{id}/codes ? list
POST /rewards/{id}/codes < VoucherCodeDefinition
DELETE /rewards/{id}/codes/{codeId}
GET /vouchers/ ? locale, list
GET /vouchers/{id} ? locale
GET /points_liability_criteria/ ? list
POST /points_liability_criteria/ < PointsLiabilityCriteriaDefinition
GET /points_liability_criteria/{id}
PATCH /points_liability_criteria/{id} < PointsLiabilityCriteriaPatch
DELETE /points_liability_criteria/{id}
POST /points_liability_criteria/trigger_daily_cron
POST /points_liability_criteria/trigger_one
GET /tiers/ ? locale, TierListParams
POST /tiers/ < TierDefinition
GET /tiers/{id} ? locale
PATCH /tiers/{id} < TierPatch
DELETE /tiers/{id}
GET /badges/ ? list
POST /badges/ < BadgeDefinition
GET /badges/{id}
PATCH /badges/{id} < BadgePatch
GET /badges/earned ? list
GET /audiences/criteria-builder/config
GET /audiences/ ? list
POST /audiences/ < AudienceDefinition
GET /audiences/{id}
PATCH /audiences/{id} < AudiencePatch
DELETE /audiences/{id}
POST /audiences/{id}/trigger-search-results
GET /audiences/{id}/results ? list
GET /consents/ ? list
POST /consents/ ? locale < ConsentDefinition
GET /consents/{id}
DELETE /consents/{id} ? locale
GET /consent_types/ ? list
POST /consent_types/ < ConsentTypeDefinition
GET /consent_types/{id}
PATCH /consent_types/{id} < ConsentTypePatch
DELETE /consent_types/{id}
GET /attributes/ ? list
POST /attributes/ < AttributeDefinition
GET /attributes/{id}
POST /attributes/batch < BatchAttributeDefinition
POST /referral_codes/{code}/referral/activity < ReferralActivityDefinition
POST /referral_codes/referral/tranche_status < TrancheStatusUpdateDefinition
GET /campaigns/ ? list
POST /campaigns/ < CampaignDefinition
GET /campaigns/{id}
PATCH /campaigns/{id} < CampaignPatch
DELETE /campaigns/{id}
GET /campaigns/{campaign_id}/referral_codes/ ? list
GET /campaigns/{campaign_id}/referral_codes/{id}
PATCH /campaigns/{campaign_id}/referral_codes/{id} < ReferralCodePatch
DELETE /campaigns/{campaign_id}/referral_codes/{id}
POST /campaigns/{campaign_id}/referral_codes/{id}/referral < ReferralDefinition
GET /campaigns/{campaign_id}/tranches/ ? list
POST /campaigns/{campaign_id}/tranches/ < TrancheDefinition
GET /campaigns/{campaign_id}/tranches/{id}
PATCH /campaigns/{campaign_id}/tranches/{id} < TranchePatch
DELETE /campaigns/{campaign_id}/tranches/{id}
GET /settings/ ? list
POST /settings/ < SettingDefinition
PATCH /settings/
GET /settings/{name}
GET /tenant/
PATCH /tenant/ < TenantPatch
POST /tenant/populate_reactors
"""

# The names of each body's fields; a long line goes on indented.
BODIES = """
ActorAdjustPointsCommand: points actorId comment impactType liabilityHandlingPolicy
AttributeDefinition: subjectId subjectAuthId subjectType key value isEnabled shouldReplaceOnlySameKeyValue
AudienceDefinition: name description isActive criteriaDefinition sendAudienceJoinedEvent sendAudienceLeftEvent
AudiencePatch: name description isActive criteriaPatch sendAudienceJoinedEvent sendAudienceLeftEvent
AwardBadgeCommand: badgeId beneficiaryId comment
BadgeDefinition: internalName internalDescription details priority
BadgePatch: internalName internalDescription priority status details
BatchAttributeDefinition: definitions
BulkCodeDefinition: codes
CampaignDefinition: name linkConfig isActive eligibleAudiences
CampaignPatch: name linkConfig isActive
CategoryDefinition: name priority pictureUrl description parent defaultLocale details
CategoryPatch: name priority pictureUrl description parent defaultLocale details
CodeDefinition: value
CodePoolDefinition: name description active
CodePoolPatch: name description active
CommandDefinition: type
ConsentDefinition: type user
ConsentTypeDefinition: name required priority
ConsentTypePatch: name required priority
DiscountDefinition: type value sku productSku venues
DiscountPatch: type value sku productSku reward venues
EventDefinition: subject executor type payload occurredAt
EventReactorDefinition: name description eventType reactions constraint maxActivations activationContext effectivity
    isLocked ownerId ownerType
EventReactorPatch: name description constraint maxActivations activationContext reactions effectivity
EventTypeDefinition: name description schema isPrivate isActive metaTypeMappings enhancers omitFromUserActivity
EventTypePatch: name description schema metaTypeMappings enhancers isActive omitFromUserActivity isPrivate
PointsLiabilityCriteriaDefinition: type liabilityType config name
PointsLiabilityCriteriaPatch: type liabilityType isActive config name
PurchaseRewardCommand: beneficiaryId rewardId comment
RedeemBenefitCommand: benefitId position
RedemptionDefinition: resource position
ReferralActivityDefinition: source sourceUserId userAgent ipAddress activityType registeredUserAuthIdentifier
ReferralCodePatch: inviteCode inviteLink
ReferralDefinition: clickCount source sourceUserId userAgent ipAddress
RewardDefinition: type name price availability purchasable description pictureUrl value priority terms tier venues
    category summary redemptionChannels purchasableForAudiences visibilityCriteriaDefinition clickThroughUrl logoUrl
    currency country redemptionMessage displayUrl brandName fidelBrandId fidelOfferId schemes minTransactionAmount
    maxTransactionAmount returnPeriod qualifiedTransactionsLimit purchaseExpiration codeType code codes hideCode
    notificationConfig dynamicUrl productCode denomination margin productId details defaultLocale
RewardPatch: name description pictureUrl value price priority availability purchasable terms tier venues
    purchaseExpiration hideCode notificationConfig redemptionMessage codes code category summary redemptionChannels
    clickThroughUrl displayUrl logoUrl currency country brandName fidelBrandId minTransactionAmount maxTransactionAmount
    returnPeriod qualifiedTransactionsLimit schemes productCode productId denomination margin purchasableForAudiences
    visibilityCriteriaPatch details defaultLocale
SettingDefinition: name value
TenantPatch: configuration profileSchema
TierDefinition: pointsRequirement effectivity calculation accumulationPeriod priority details defaultLocale
TierPatch: pointsRequirement effectivity calculation priority accumulationPeriod details defaultLocale
TrancheDefinition: name eventType reactions constraint maxActivations effectivity referrerReactions
TranchePatch: name constraint maxActivations reactions effectivity referrerReactions deleteReferrerReactions
TrancheStatusUpdateDefinition: type subject payload
UserDefinition: profile authIdentifier referralInviteCode userToken referralActivity flags externalIdentifier
    isRestricted linkedVenuesDefinitions linkedVenues consentsDefinition
UserPatch: profile flags externalIdentifier linkedVenuesDefinitions linkedVenues consentsDefinition isRestricted
ValidateVoucherCommand: code allowFutureValidation userIdentifier venueIdentifier position
VoucherCodeDefinition: value voucher
"""

CREATED = {
    "/rewards/{rewardId}/discounts",
    "/settings/",
    "/campaigns/",
    "/campaigns/{campaign_id}/tranches/",
}
"""What a POST answers with 201; every other success is 200."""
