package lease

import "github.com/redis/go-redis/v9"

// scripts run on the server, each as one step. KEYS are the group's nodes and leases;
// ARGV begin with the node and the time to live in microseconds. Numbers stay below
// 2^53, which Lua's and JSON's numbers hold exactly.
type scripts struct{ beat, claim, renew, release *redis.Script }

func newScripts() scripts {
	return scripts{
		beat:    redis.NewScript(prelude + beat),
		claim:   redis.NewScript(prelude + claim),
		renew:   redis.NewScript(prelude + renew),
		release: redis.NewScript(prelude + release),
	}
}

// prelude tells the time and how a lease is read and written. A group that nobody
// touches for a week is forgotten; its fences go on rising even then, because they are
// at least the time.
const prelude = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local node, ttl = ARGV[1], tonumber(ARGV[2])
local function read(name)
  local text = redis.call('HGET', KEYS[2], name)
  if not text then return 0, 0, '' end
  local fence, till, owner = string.match(text, '^(%d+) (%d+) (.*)$')
  return tonumber(fence), tonumber(till), owner
end
local function write(name, fence, till, owner)
  redis.call('HSET', KEYS[2], name, string.format('%.0f %.0f ', fence, till) .. owner)
  redis.call('PEXPIRE', KEYS[2], 604800000)
end
`

// beat answers node, leases, node, leases …
const beat = `
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ttl), node)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], 604800000)
local counts = {}
for _, text in ipairs(redis.call('HVALS', KEYS[2])) do
  local till, owner = string.match(text, '^%d+ (%d+) (.*)$')
  if tonumber(till) > now then counts[owner] = (counts[owner] or 0) + 1 end
end
local live = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  live[#live + 1] = name
  live[#live + 1] = counts[name] or 0
end
return live
`

// claim takes how many at most, then names; it answers name, fence, name, fence …
const claim = `
local most, got = tonumber(ARGV[3]), {}
for i = 4, #ARGV do
  if #got >= 2 * most then break end
  local fence, till, owner = read(ARGV[i])
  local live = till > now
  if not live or owner == node then
    if not live then fence = math.max(fence + 1, now) end
    write(ARGV[i], fence, now + ttl, node)
    got[#got + 1] = ARGV[i]
    got[#got + 1] = fence
  end
end
return got
`

// renew takes name, fence, name, fence … and answers those that are still the node's.
const renew = `
local still = {}
for i = 3, #ARGV, 2 do
  local fence, _, owner = read(ARGV[i])
  if owner == node and fence == tonumber(ARGV[i + 1]) then
    write(ARGV[i], fence, now + ttl, node)
    still[#still + 1] = ARGV[i]
    still[#still + 1] = fence
  end
end
return still
`

// release takes name, fence, name, fence …; the fence stays, the owner goes.
const release = `
for i = 3, #ARGV, 2 do
  local fence, _, owner = read(ARGV[i])
  if owner == node and fence == tonumber(ARGV[i + 1]) then write(ARGV[i], fence, 0, '') end
end
return {}
`
