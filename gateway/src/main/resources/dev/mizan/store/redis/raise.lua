-- Posts what attempts cost so far and sets aside another amount instead of the one that is held, or does neither. KEYS:
-- head, record, leases, accounts. ARGV: epoch, seen, id, accounts, checks; of each account what is posted in all and
-- what is set aside next; each check as of reserve. Answer: OK, now, sequence, each account's used and set aside (-1 if its
-- window has passed); or REFUSED, now, sequence, check, used, set aside by others; or GONE.
local code = check(false)
if code ~= OK then return {code, now, 0} end
local id, count, checks = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local packed = redis.call('GET', KEYS[2])
local record = packed and packed ~= 'x' and cmsgpack.unpack(packed)
if not record or record[1] ~= epoch then return {GONE, now, sequence} end
local lapsed = record[3] == 'l'

local states = {}
for i = 1, count do
  local key, type, gate, start, hold, posted = unpack(record[3 + i])
  local s = {live = false, posted = tonumber(ARGV[4 + 2 * i]), next = tonumber(ARGV[5 + 2 * i])}
  if type ~= IN_FLIGHT and not gate then
    local h = redis.call('HMGET', key, 'e', type == SLIDING and 'o' or 'w', 'u', 'v')
    local first = tonumber(h[2])
    if tonumber(h[1]) == epoch and (start == first or (type == SLIDING and start > first)) then
      s.live = true
      s.u, s.v = tonumber(h[3]) - (lapsed and hold or 0), tonumber(h[4]) - (lapsed and 0 or hold)
    end
  end
  states[i] = s
end
local base = 5 + 2 * count
for c = 0, checks - 1 do
  local at = base + 4 * c
  local i = tonumber(ARGV[at + 1])
  local s = states[i]
  if s.live and ARGV[at + 4] ~= '1' then
    local more = s.posted - record[3 + i][6] + tonumber(ARGV[at + 3])
    if s.u + s.v + more > tonumber(ARGV[at + 2]) then return {REFUSED, now, sequence, c, s.u, s.v, more} end
  end
end
local answer = {OK, now, sequence}
for i, s in ipairs(states) do
  local r = record[3 + i]
  if s.live then
    local back = lapsed and r[5] or 0
    adjust(r[1], r[2], r[4], s.posted - r[6] - back, s.next - r[5] + back)
    answer[#answer + 1] = s.u + s.posted - r[6]
    answer[#answer + 1] = s.v + s.next
  else
    answer[#answer + 1] = -1
    answer[#answer + 1] = -1
  end
  if r[2] ~= IN_FLIGHT and not r[3] then r[5], r[6] = s.next, s.posted end
end
record[3] = 'o'
redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', RECORD_MILLIS)
return answer
