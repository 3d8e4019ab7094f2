// SPDX-License-Identifier: Apache-2.0
#include "match/stream.h"

#include <hs/hs_runtime.h>

#include <cstdlib>

namespace bulkhead::match {
namespace {

// What the calling thread lends to the next hs_open_stream().
thread_local std::span<uint8_t> t_lent;

void* take_lent(size_t bytes) {
  return bytes <= t_lent.size() ? t_lent.data() : nullptr;
}
void give_nothing(void*) {}

// Before main(), so that no thread is there yet: the library keeps one allocator for all.
const bool kInstalled = hs_set_stream_allocator(take_lent, give_nothing) == HS_SUCCESS;

int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  const auto& sink = *static_cast<const MatchSink*>(context);
  sink.matched(sink.context, id, to);
  return 0;
}

void* context_of(const MatchSink& sink) noexcept {
  return const_cast<MatchSink*>(&sink);
}

}  // namespace

bool Stream::open(const Database& database, std::span<uint8_t> memory) noexcept {
  stream_ = nullptr;
  t_lent = memory;
  const bool opened = kInstalled && hs_open_stream(database.get(), 0, &stream_) == HS_SUCCESS;
  t_lent = {};
  return opened;
}

bool Stream::scan(std::span<const uint8_t> bytes, const Scratch& scratch,
                  const MatchSink& sink) noexcept {
  return hs_scan_stream(stream_, reinterpret_cast<const char*>(bytes.data()),
                        static_cast<unsigned>(bytes.size()), 0, scratch.get(), on_match,
                        context_of(sink)) == HS_SUCCESS;
}

bool scan_unit(const Database& database, std::span<const uint8_t> bytes, const Scratch& scratch,
               const MatchSink& sink) noexcept {
  return hs_scan(database.get(), reinterpret_cast<const char*>(bytes.data()),
                 static_cast<unsigned>(bytes.size()), 0, scratch.get(), on_match,
                 context_of(sink)) == HS_SUCCESS;
}

}  // namespace bulkhead::match
