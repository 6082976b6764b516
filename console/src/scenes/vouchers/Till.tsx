// A code as it is read at the till: what voucher it is, and using it up.

import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useRef, useState, type FormEvent } from 'react'
import { call } from '../../api/client'
import { validateVoucher } from '../../api/generated/sdk.gen'
import type { ValidationView } from '../../api/generated/types.gen'
import { useOnce } from '../../api/once'
import { writeExact } from '../../api/exactJson'
import { UserChoice } from '../../parts/choices'
import { Dialog } from '../../parts/Dialog'
import { ErrorNotice } from '../../parts/notices'
import { Facts, Time } from '../../parts/values'
import { vouchers } from '#words/vouchers'
import { useRenewal } from './VoucherList'

export default function Till({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState('')
  const [member, setMember] = useState<string>()
  const [found, setFound] = useState<ValidationView>()
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const isSent = useRef(false)
  const once = useOnce()
  const renew = useRenewal(found?.voucher.userId ?? '')
  const asked = { code: code.trim(), ...(member ? { userIdentifier: member } : {}) }
  const written = useRef('')
  written.current = writeExact(asked)
  const send = async (allowFutureValidation: boolean) => {
    if (isSent.current) return
    isSent.current = true
    setIsBusy(true)
    setFailure(undefined)
    const body = { ...asked, allowFutureValidation }
    // Whoever has written another code since sees nothing of this one: it would be taken for the other's.
    const isOfThis = () => written.current === writeExact(asked)
    try {
      const { data } = await once(writeExact(body), (headers) => call((to) => validateVoucher({ ...to, body, headers })))
      if (isOfThis()) setFound(data)
      if (data.burned) renew()
    } catch (error) {
      setFound(undefined)
      if (isOfThis()) setFailure(error)
    }
    isSent.current = false
    setIsBusy(false)
  }
  const look = (event: FormEvent) => {
    event.preventDefault()
    if (asked.code) void send(true)
  }
  return (
    <Dialog title={vouchers.tillTitle} onClose={onClose}>
      <form noValidate onSubmit={look}>
        <Stack>
          <TextInput
            label={vouchers.tillCode}
            autoComplete="off"
            data-autofocus
            value={code}
            onChange={(event) => {
              setCode(event.currentTarget.value)
              setFound(undefined)
            }}
          />
          <UserChoice label={vouchers.tillMember} value={member} onChange={(chosen) => (setMember(chosen), setFound(undefined))} />
          {failure ? <ErrorNotice error={failure} /> : null}
          {found && <Found found={found} />}
          {!found && (
            <Text size="xs" c="dimmed">
              {vouchers.lookFirst}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {vouchers.close}
            </Button>
            <Button type="submit" variant="default" disabled={!asked.code || isBusy}>
              {vouchers.look}
            </Button>
            <Button disabled={!found || found.burned || isBusy} onClick={() => void send(false)}>
              {vouchers.use}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

function Found({ found: { voucher, burned, event } }: { found: ValidationView }) {
  return (
    <Alert color="green" variant="light" title={burned ? vouchers.used : vouchers.good} role="status">
      <Facts
        items={[
          [vouchers.reward, voucher.reward.name],
          [
            vouchers.member,
            <Link key="m" to="/users/$userId" params={{ userId: voucher.userId }} search={{}}>
              {voucher.userId}
            </Link>,
          ],
          [vouchers.bought, <Time key="t" value={voucher.purchasedAt} />],
          [vouchers.expires, voucher.expiresAt && <Time key="e" value={voucher.expiresAt} />],
          [
            vouchers.event,
            event && (
              <Link key="v" to="/events/$eventId" params={{ eventId: event.id }} search={{}}>
                {event.type}
              </Link>
            ),
          ],
        ]}
      />
    </Alert>
  )
}
