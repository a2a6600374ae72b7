-- Reading one partition. KEYS[1] is the head, see apply.lua. Answers begin with a
-- word: ok, none (nothing is stored), torn, pending (a batch is half applied: help
-- and ask again), moved (a batch came between two questions that belong together).
local call, floor = redis.call, math.floor
local head = call('HMGET', KEYS[1], 'life', 'torn', 'to', 'by')
if not head[1] then return { 'none' } end
if head[2] == '1' then return { 'torn' } end
if head[3] then return { 'pending' } end
local life = head[1]
-- version tells one state of the partition from all others.
local version = life .. '/' .. (head[4] or '')
local p = string.sub(KEYS[1], 1, -5) .. life .. ':'
