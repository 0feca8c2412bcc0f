-- Makes a reservation known to counters that do not have it: they were lost, or could not be reached, or its lease had
-- run out. KEYS: head, record, leases, accounts. ARGV: epoch, seen, id, lease, admitted at, 1 if the call has ended,
-- since when its lines are in the books, accounts; each account's description, start, what is set aside, what is posted.
-- Answer: OK, now, sequence; or MISSING and the accounts to be loaded; or GONE.
local code = check(true)
if code ~= OK then return {code, now, 0} end
local id, lease, ended, booked, count = ARGV[3], tonumber(ARGV[4]), ARGV[6] == '1', tonumber(ARGV[7]), tonumber(ARGV[8])
local packed = redis.call('GET', KEYS[2])
if packed == 'x' then return {GONE, now, sequence} end
local record = packed and cmsgpack.unpack(packed)
if record and record[1] ~= epoch then record = false end

if record then
  if record[3] == 'l' then
    for i = 4, #record do
      local r = record[i]
      if r[2] == IN_FLIGHT then
        redis.call('ZADD', r[1], now + lease, id)
      elseif not r[3] then
        adjust(r[1], r[2], r[4], -r[5], r[5])
      end
    end
    record[3] = 'o'
    redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', RECORD_MILLIS)
  end
  redis.call('ZADD', KEYS[3], now + lease, id)
  return {OK, now, sequence}
end

local accounts, missing = {}, {MISSING, now, sequence}
for i = 1, count do
  local at = 9 * i
  local a = described(KEYS[3 + i], at)
  a.start, a.hold, a.posted = tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7]), tonumber(ARGV[at + 8])
  a.loaded = a.type == IN_FLIGHT and now or tonumber(redis.call('HGET', a.key, 'l'))
  if a.type ~= IN_FLIGHT and tonumber(redis.call('HGET', a.key, 'e')) ~= epoch then
    a.loaded = nil
    if not ended then missing[#missing + 1] = i - 1 end
  end
  accounts[i] = a
end
if #missing > 3 then return missing end
record = {epoch, tonumber(ARGV[5]), 'o'}
for i, a in ipairs(accounts) do
  if a.type == IN_FLIGHT then
    if not ended then
      open(a)
      redis.call('ZADD', a.key, now + lease, id)
      redis.call('PEXPIRE', a.key, 4 * lease)
    end
  elseif a.loaded then
    -- What was read from the books after its lines were there has them.
    local used = a.loaded < booked and a.posted or 0
    if a.gate and not ended then used = a.hold end
    adjust(a.key, a.type, a.start, used, (ended or a.gate) and 0 or a.hold)
  end
  record[3 + i] = {a.key, a.type, a.gate, a.start, a.hold, a.posted}
end
if ended then
  redis.call('SET', KEYS[2], 'x', 'PX', RECORD_MILLIS)
else
  redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', RECORD_MILLIS)
  redis.call('ZADD', KEYS[3], now + lease, id)
  redis.call('PEXPIRE', KEYS[3], RECORD_MILLIS)
end
return {OK, now, sequence}
