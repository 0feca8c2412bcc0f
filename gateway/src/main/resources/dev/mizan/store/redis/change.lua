-- Adds to counters what no reservation holds, once. KEYS: head, the change's own key, accounts. Numbers: accounts; each
-- account's description, start, what is added. An account that is not loaded is left: the books have the change. Answer:
-- what each account has used, or -1; or GONE.
local A = accounts()
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
if not call('SET', KEYS[2], '1', 'NX', 'PX', RECORD_MILLIS) then return packed{GONE, now, sequence} end
local answer = {OK, now, sequence}
for i = 1, N[3] do
  local at, used = 8 * i - 4, -1
  if N[at] ~= IN_FLIGHT then
    local value = call('GET', KEYS[2 + i])
    -- A window that nobody has looked into yet begins here.
    local _, a = A.opened(KEYS[2 + i], value, at)
    a = a or A.known(KEYS[2 + i], value)
    if a then
      local counted = A.adjust(a, N[at + 6], N[at + 7], 0)
      if counted then
        used = counted
        A.save(a)
      end
    end
  end
  answer[3 + i] = used
end
return packed(answer)
