-- What every script begins with. Numbers travel as text of little-endian doubles, eight bytes each, which are exact up to
-- 2^53; caps are at most 2^52. ARGV[1] holds them: the epoch that the caller knows, the highest sequence that it saw,
-- then what the script says; N is what it comes to. Answers are such a text: a code, Redis' time, the sequence, and
-- what the script says.
--
-- KEYS[1] is the slot's head, a hash: n epoch, b sequence while it is being built, s<epoch> sequence once it is ready, r
-- the server's run id, g when building may end.
--
-- An account is a text of ten numbers: the start of its window or oldest sub-window, until when it is kept, the length of
-- a sub-window (0 for a calendar window); what calls change: of a calendar window the start of the one before, of a
-- sliding one the newest sub-window; used and set aside in that one; used and set aside in all; then when reading it from
-- the books began, and how many sub-windows there is room for. A sliding one has a ring of used and set aside in each
-- other sub-window, under its key and ':r'. An account of concurrency is a sorted set: ids of reservations by the end of
-- their leases. Under an account's key and ':w' is, for a day, up to where each process's lines are in what it began with.
-- The keys of accounts name their epoch.
--
-- A reservation's record is a text: epoch, when it was admitted, 1 if its lease has run out, accounts, and of each its
-- kind, start, what is set aside, what of it is counted; then the accounts' keys, by lines. Once it has ended and might still
-- arrive it is 'x', and where its end was made known to the counters of an epoch, 'x' and that.
--
-- Every decision runs this, so it is written to be quick: few tables and functions are made, and numbers that Redis'
-- commands are told are texts, for making a text of a number takes longer than the command.
local OK, REFUSED, MISSING, LOST, BUILDING, WINDOWS, GONE, HELD = 0, 1, 2, 3, 4, 5, 6, 7
local CALENDAR, SLIDING, IN_FLIGHT = 1, 2, 3
local SLOT, REQUESTS, SETTLED = 1, 2, 3
local EXACT_MAX = 9007199254740992
local RECORD_MILLIS, WRITTEN_MILLIS = '604800000', '86400000'
local call, read, pack, join = redis.call, struct.unpack, struct.pack, table.concat

local function packed(t) return pack('<' .. string.rep('d', #t), unpack(t)) end
local function digits(number) return string.format('%.0f', number) end

local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local N = {read('<' .. string.rep('d', #ARGV[1] / 8), ARGV[1])}
local epoch, seen, sequence = N[1], N[2], 0

-- Whether the counters are those that the caller knows: OK, LOST or BUILDING.
local function check(whileBuilding)
  local field = 's' .. epoch
  sequence = call('HINCRBY', KEYS[1], field, 1)
  if sequence == 1 then
    -- There was none: the epoch is not ready, or another.
    call('HDEL', KEYS[1], field)
    if tonumber(call('HGET', KEYS[1], 'n')) ~= epoch then return LOST end
    if not whileBuilding then return BUILDING end
    sequence = call('HINCRBY', KEYS[1], 'b', 1)
  end
  return sequence > seen and OK or LOST
end

-- A record's numbers; nil if there is none of this epoch.
local function recorded(text)
  if not text or #text < 32 then return nil end
  local count = read('<d', text, 25)
  local r = {read('<' .. string.rep('d', 4 + 4 * count), text)}
  r[#r] = nil
  return r[1] == epoch and r or nil
end
