-- Removes up to ARGV[1] keys of one content that is to be removed, and returns how
-- many it removed; 0 when there is none. KEYS[1] is the set of such contents.
local p = redis.call('SRANDMEMBER', KEYS[1])
if not p then return 0 end
local names = redis.call('ZRANGE', p .. 'x', 0, ARGV[1] - 1)
if #names > 0 then
  local removed = 0
  for _, name in ipairs(names) do
    removed = removed + redis.call('UNLINK', p .. 's:' .. name, p .. 'z:' .. name)
  end
  redis.call('ZREMRANGEBYRANK', p .. 'x', 0, #names - 1)
  return removed + 1
end
local removed = redis.call('UNLINK', p .. 'd', p .. 'i', p .. 'm', p .. 'n', p .. 'x', p .. 'c', p .. 'k')
redis.call('SREM', KEYS[1], p)
return removed + 1
