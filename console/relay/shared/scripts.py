"""What Redis does in one piece for us: each script is atomic, so no relay needs a lock.

An epoch is one life of one Redis process. A restart or a failover may have cost the newest facts without
anybody being able to tell, so whatever would write checks the process, too, and the first relay that finds
another one names a new epoch.
"""

from __future__ import annotations

_SHARED = """
local function process()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end
local function is_epoch(meta, epoch)
  local known = redis.call('HMGET', meta, 'epoch', 'process')
  return known[1] == epoch and known[2] == process()
end
local function place(seq)
  return string.format('%d-0', seq)
end
local OVER = redis.error_reply('EPOCH is another one')
"""

JOIN = (
    _SHARED
    + """
local epoch, seq, fresh, seal = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local known = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'process', 'seal')
if not known[1] then return {'vacant', ''} end
if known[4] ~= seal then return {'foreign', ''} end
if known[1] == epoch and tonumber(known[2]) < seq then return {'behind', epoch} end
if known[3] == process() then fresh = known[1] end
redis.call('HSET', KEYS[1], 'epoch', fresh, 'process', process())
return {'joined', fresh}
"""
)
"""KEYS meta; ARGV the caller's epoch and newest fact, an epoch to begin if one must, the callback key's seal.

It writes even when nothing changes: who cannot write has not joined.
"""

RESTORE = (
    _SHARED
    + """
local epoch, seq, fresh, seal, at, world = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local known = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if (known[1] or '') ~= epoch or (known[1] and tonumber(known[2]) >= seq) then return 0 end
if not known[1] then redis.call('DEL', KEYS[2], KEYS[3], KEYS[4]) end
redis.call('HSET', KEYS[1], 'epoch', fresh, 'process', process(), 'seq', ARGV[2], 'seal', seal)
redis.call('HSET', KEYS[4], 'seq', ARGV[2], 'at', at, 'world', world)
return 1
"""
)
"""KEYS meta, log, keys, snapshot; ARGV as JOIN found them, and the world that is to be the truth at `seq`."""

APPEND = (
    _SHARED
    + """
if not is_epoch(KEYS[1], ARGV[1]) then return OVER end
local seq, places = tonumber(redis.call('HGET', KEYS[1], 'seq')), {}
for i = 2, #ARGV, 3 do
  local known = redis.call('HGET', KEYS[3], ARGV[i])
  if known then
    places[#places + 1] = -tonumber(known)
  else
    seq = seq + 1
    local key, at, data = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    redis.call('XADD', KEYS[2], place(seq), 'epoch', ARGV[1], 'key', key, 'at', at, 'data', data)
    redis.call('HSET', KEYS[3], key, seq)
    places[#places + 1] = seq
  end
end
redis.call('HSET', KEYS[1], 'seq', seq)
return places
"""
)
"""KEYS meta, log, keys; ARGV epoch, then key, at and data of each fact.

Returns the place of each, negative for one that was there before. It writes in any case: WAIT asks whether
the connection's last write has been copied, and a fact told again must have been copied, too.
"""

CHECK = _SHARED + "if is_epoch(KEYS[1], ARGV[1]) then return 1 else return OVER end"
"""KEYS meta; ARGV epoch."""

SNAPSHOT = (
    _SHARED
    + """
if not is_epoch(KEYS[1], ARGV[1]) then return OVER end
if tonumber(ARGV[2]) <= tonumber(redis.call('HGET', KEYS[2], 'seq') or -1) then return 0 end
redis.call('HSET', KEYS[2], 'seq', ARGV[2], 'at', ARGV[3], 'world', ARGV[4])
return 1
"""
)
"""KEYS meta, snapshot; ARGV epoch, seq, at, world. An older snapshot never replaces a newer one."""

PURGE = (
    _SHARED
    + """
if not is_epoch(KEYS[1], ARGV[1]) then return OVER end
local before, covered = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[4], 'seq') or 0)
local gone, newest = 0, 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', ARGV[3])) do
  local seq, fact = tonumber(string.match(entry[1], '^%d+')), {}
  for i = 1, #entry[2], 2 do fact[entry[2][i]] = entry[2][i + 1] end
  if seq > covered or tonumber(fact.at) >= before then break end
  redis.call('HDEL', KEYS[3], fact.key)
  gone, newest = gone + 1, seq
end
if gone > 0 then redis.call('XTRIM', KEYS[2], 'MINID', place(newest + 1)) end
return gone
"""
)
"""KEYS meta, log, keys, snapshot; ARGV epoch, before, most. Returns how many facts went, oldest first."""

SET_ASIDE = (
    _SHARED
    + """
if not is_epoch(KEYS[1], ARGV[1]) then return OVER end
for i = 2, 4 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[i + 3]) end
end
redis.call('DEL', KEYS[1])
return 1
"""
)
"""KEYS meta, log, keys, snapshot, and the names under which the last three are kept; ARGV epoch."""

LEAD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""KEYS lead; ARGV who asks, milliseconds."""

LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"
"""KEYS lead; ARGV who leaves."""

ALL = (JOIN, RESTORE, APPEND, CHECK, SNAPSHOT, PURGE, SET_ASIDE, LEAD, LEAVE)
