// SPDX-License-Identifier: Apache-2.0
// BACnet tags: every form of number and length, and what is refused.
#include "wire/apps/bacnet/tag.h"

#include <catch2/catch.hpp>
#include <vector>

namespace bulkhead::wire::bacnet {
namespace {

using Bytes = std::vector<uint8_t>;
using Kind = Tag::Kind;

Fault fault_of(const Bytes& bytes) {
  TagReader in{bytes, 10};
  Tag tag;
  return in.next(tag);
}

Tag tag_of(const Bytes& bytes) {
  TagReader in{bytes, 0};
  Tag tag;
  REQUIRE(in.next(tag) == Fault{});
  CHECK_FALSE(in.more());
  return tag;
}

Bytes filled(Bytes head, size_t more) {
  head.insert(head.end(), more, 0x55);
  return head;
}

}  // namespace

TEST_CASE("bacnet tag: numbers to 14 are in the first octet, the others behind it", "[bacnet]") {
  CHECK(tag_of({0xe9, 1}).is(Kind::kContext, 14));
  CHECK(tag_of({0xf9, 15, 1}).is(Kind::kContext, 15));
  CHECK(tag_of({0xfe, 254}).is(Kind::kOpening, 254));
  CHECK(fault_of({0xf9, 3, 1}) == Fault{FaultKind::kBadEncoding, 10});
  CHECK(fault_of({0xf9, 255, 1}) == Fault{FaultKind::kBadEncoding, 10});
  CHECK(fault_of({0xf9}).kind == FaultKind::kTruncated);
}

TEST_CASE("bacnet tag: lengths take one, two or four bytes, in their shortest form", "[bacnet]") {
  const Bytes short_form = filled({0x0c}, 4), one = filled({0x0d, 253}, 253),
              two = filled({0x0d, 254, 1, 0}, 256), four = filled({0x0d, 255, 0, 1, 0, 0}, 65536);
  CHECK(tag_of(short_form).content.size() == 4);
  CHECK(tag_of(one).content.size() == 253);
  CHECK(tag_of(two).content.size() == 256);
  CHECK(tag_of(four).content.size() == 65536);
  CHECK(fault_of(filled({0x0d, 4}, 4)).kind == FaultKind::kBadEncoding);
  CHECK(fault_of(filled({0x0d, 254, 0, 253}, 253)).kind == FaultKind::kBadEncoding);
  CHECK(fault_of(filled({0x0d, 255, 0, 0, 1, 0}, 256)).kind == FaultKind::kBadEncoding);
}

TEST_CASE("bacnet tag: a length past the end is truncated, however large", "[bacnet]") {
  CHECK(fault_of({0x0d, 255, 0xff, 0xff, 0xff, 0xff}) == Fault{FaultKind::kTruncated, 10});
  CHECK(fault_of({0x0d, 254, 1}) == Fault{FaultKind::kTruncated, 10});
  CHECK(fault_of({0x0c, 1, 2, 3}) == Fault{FaultKind::kTruncated, 10});
  CHECK(fault_of({0x44, 1}) == Fault{FaultKind::kTruncated, 10});
  CHECK(fault_of({}) == Fault{FaultKind::kTruncated, 10});
}

TEST_CASE("bacnet tag: application types keep their lengths", "[bacnet]") {
  CHECK(tag_of({0x00}).content.empty());
  CHECK(tag_of({0x11}).content[0] == 0x11);
  CHECK(tag_of({0x22, 1, 0}).content.size() == 2);
  CHECK(fault_of({0x12}).kind == FaultKind::kBadLength);           // a boolean of 2
  CHECK(fault_of({0x20}).kind == FaultKind::kBadLength);           // an unsigned of nothing
  CHECK(fault_of({0x43, 1, 2, 3}).kind == FaultKind::kBadLength);  // a real of 3
  CHECK(fault_of({0xc3, 1, 2, 3}).kind == FaultKind::kBadLength);  // an object identifier of 3
  CHECK(fault_of({0xd1, 1}).kind == FaultKind::kBadType);          // reserved
  CHECK(fault_of({0x26}).kind == FaultKind::kBadEncoding);         // opens without a context
}

TEST_CASE("bacnet tag: what is enclosed ends with the tag that closes it", "[bacnet]") {
  const Bytes bytes = {0x3e, 0x2e, 0x21, 1, 0x2f, 0x21, 2, 0x3f, 0x21, 3};
  TagReader in{bytes, 0};
  Tag tag;
  REQUIRE(in.next(tag) == Fault{});
  std::span<const uint8_t> inside;
  REQUIRE(in.enclosed(tag, inside) == Fault{});
  CHECK(Bytes(inside.begin(), inside.end()) == Bytes{0x2e, 0x21, 1, 0x2f, 0x21, 2});
  CHECK(in.at() == 8);
}

TEST_CASE("bacnet tag: tags that close another one, or never, are refused", "[bacnet]") {
  std::span<const uint8_t> inside;
  Tag tag;
  const Bytes crossed = {0x3e, 0x2e, 0x3f, 0x2f}, open = {0x3e, 0x21, 1};
  TagReader a{crossed, 0}, b{open, 0};
  REQUIRE(a.next(tag) == Fault{});
  CHECK(a.enclosed(tag, inside) == Fault{FaultKind::kBadEncoding, 2});
  REQUIRE(b.next(tag) == Fault{});
  CHECK(b.enclosed(tag, inside) == Fault{FaultKind::kTruncated, 3});
}

TEST_CASE("evasion: bacnet tags nested past the limit are refused, not followed", "[bacnet]") {
  for (const size_t depth : {kMaxDepth, kMaxDepth + 1, size_t{5000}}) {
    Bytes bytes(depth, 0x3e);
    bytes.insert(bytes.end(), depth, 0x3f);
    TagReader in{bytes, 0};
    Tag tag;
    REQUIRE(in.next(tag) == Fault{});
    std::span<const uint8_t> inside;
    const Fault fault = in.enclosed(tag, inside);
    if (depth <= kMaxDepth)
      CHECK(fault == Fault{});
    else
      CHECK(fault == Fault{FaultKind::kTooDeep, kMaxDepth});
  }
}

}  // namespace bulkhead::wire::bacnet
