// SPDX-License-Identifier: Apache-2.0
#include "match/stream.h"

#include <malloc.h>

#include <array>

#include "matcher.h"

namespace bulkhead::match {
namespace {

void count_match(void* context, uint32_t, uint64_t) noexcept {
  ++*static_cast<int*>(context);
}

// Bytes that the process has from malloc(): also a piece taken and given back would show, for
// tcache and arenas are counted in `uordblks` until they go.
size_t allocated() {
  return ::mallinfo2().uordblks;
}

TEST_CASE("stream: opening and scanning take no memory but what is lent", "[match]") {
  auto matcher = matcher_of("alert tcp any any -> any any (msg:\"m\"; sid:1; content:\"abc\";)");
  alignas(kStreamAlign) std::array<uint8_t, 4096> memory{};
  REQUIRE(matcher.streams().stream_bytes() <= memory.size());
  int matches = 0;
  const MatchSink sink{count_match, &matches};
  const size_t before = allocated();
  for (int turn = 0; turn < 1000; ++turn) {
    Stream stream;
    if (!stream.open(matcher.streams(), memory)) ++matches;
    if (!stream.scan(bytes_of("..a"), matcher.scratch(), sink)) ++matches;
    if (!stream.scan(bytes_of("bc."), matcher.scratch(), sink)) ++matches;
  }
  CHECK(allocated() == before);
  CHECK(matches == 1000);
}

TEST_CASE("stream: memory that is too small is refused", "[match]") {
  auto matcher = matcher_of("alert tcp any any -> any any (msg:\"m\"; sid:1; content:\"abc\";)");
  alignas(kStreamAlign) std::array<uint8_t, 4096> memory{};
  Stream stream;
  CHECK_FALSE(stream.open(matcher.streams(),
                          std::span(memory).first(matcher.streams().stream_bytes() - 1)));
  CHECK_FALSE(stream.is_open());
}

TEST_CASE("stream: a stream opened anew in used memory has forgotten what was there", "[match]") {
  auto matcher = matcher_of("alert tcp any any -> any any (msg:\"m\"; sid:1; content:\"abc\";)");
  alignas(kStreamAlign) std::array<uint8_t, 4096> memory{};
  int matches = 0;
  const MatchSink sink{count_match, &matches};
  Stream stream;
  REQUIRE(stream.open(matcher.streams(), memory));
  REQUIRE(stream.scan(bytes_of("ab"), matcher.scratch(), sink));
  REQUIRE(stream.open(matcher.streams(), memory));
  REQUIRE(stream.scan(bytes_of("c"), matcher.scratch(), sink));
  CHECK(matches == 0);
}

}  // namespace
}  // namespace bulkhead::match
