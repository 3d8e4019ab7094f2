// SPDX-License-Identifier: Apache-2.0
// The reader of BER: forms of lengths and tags, and every fault at its offset.
#include "wire/apps/ber.h"

#include <catch2/catch.hpp>

#include "ber_bytes.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using ber::Element;
using ber::Reader;

namespace {

// The fault of reading all elements, not what is inside them.
Fault read(const Octets& bytes) {
  Fault fault;
  Reader in{bytes, 100, fault};
  for (Element element; in.next(element);) {
  }
  return fault;
}

Fault check(const Octets& bytes) {
  Fault fault;
  Reader in{bytes, 100, fault};
  in.check();
  return fault;
}

Octets nested(size_t depth, Lengths lengths) {
  Octets bytes;
  for (size_t i = 0; i < depth; ++i) bytes = element(0x30, bytes, lengths);
  return bytes;
}

}  // namespace

TEST_CASE("ber: an element has class, number, form, content and offsets", "[ber]") {
  const Octets bytes = element({0xbf, 0x29}, {1, 2, 3});
  Fault fault;
  Reader in{bytes, 10, fault};
  Element out;
  REQUIRE(in.next(out));
  CHECK(out.holds(41));
  CHECK_FALSE(out.primitive(41));
  CHECK(out.at == 10);
  CHECK(out.content_at == 13);
  CHECK(Octets(out.content.begin(), out.content.end()) == Octets{1, 2, 3});
  CHECK_FALSE(in.next(out));
  CHECK(in.ok());
}

TEST_CASE("evasion: long and indefinite lengths tell the same content as short ones",
          "[ber][evasion]") {
  for (const auto lengths : {Lengths::kShortest, Lengths::kLong, Lengths::kIndefinite}) {
    const Octets inner = element(0x30, element(0x02, {7}, lengths), lengths);
    const Octets bytes = element(0xa0, inner + inner, lengths) + element(0x04, {9});
    Fault fault;
    Reader in{bytes, 0, fault};
    Element out;
    REQUIRE(in.next(out));
    CHECK(Octets(out.content.begin(), out.content.end()) == inner + inner);
    REQUIRE(in.next(out));
    CHECK(out.is(ber::Class::kUniversal, 4));
    CHECK(check(bytes) == Fault{});
  }
}

TEST_CASE("ber: an element without an end is a fault at its length or its header", "[ber]") {
  CHECK(read({0x30}) == Fault{FaultKind::kTruncated, 101});
  CHECK(read({0x30, 2, 5}) == Fault{FaultKind::kBadLength, 101});
  CHECK(read({0x30, 0x82, 1}) == Fault{FaultKind::kTruncated, 101});
  CHECK(read({0x04, 1, 7, 0xbf}) == Fault{FaultKind::kTruncated, 104});
  CHECK(read({0x30, 0x80, 0x02, 1, 7}).kind == FaultKind::kTruncated);
  CHECK(read({0x30, 0x80, 0x02, 1, 7, 0}).kind == FaultKind::kTruncated);
}

TEST_CASE("ber: forms that X.690 does not allow are faults", "[ber]") {
  CHECK(read({0x04, 0x80, 0, 0}) == Fault{FaultKind::kBadEncoding, 101});  // indefinite primitive
  CHECK(read({0xbf, 0x1e, 0}) == Fault{FaultKind::kBadEncoding, 101});     // a low number, long
  CHECK(read({0xbf, 0x80, 0x29, 0}) == Fault{FaultKind::kBadEncoding, 101});
  CHECK(read({0xbf, 0xff, 0xff, 0x7f, 0}) == Fault{FaultKind::kBadType, 101});
  CHECK(read({0x04, 0x85, 0, 0, 0, 0, 0}) == Fault{FaultKind::kTooLong, 101});
  CHECK(read({0x04, 0xff}) == Fault{FaultKind::kTooLong, 101});
  CHECK(read({0x00, 0x00}) == Fault{FaultKind::kBadEncoding, 100});  // ends nothing
  CHECK(read({0x00, 0x01, 0}) == Fault{FaultKind::kBadEncoding, 100});
  CHECK(read({0x30, 0x80, 0x00, 0x81, 0x00}) == Fault{FaultKind::kBadEncoding, 102});
}

TEST_CASE("evasion: what is inside ends where its element ends", "[ber][evasion]") {
  CHECK(check({0x30, 3, 0x02, 5, 1, 2, 3, 4, 5}).kind == FaultKind::kBadLength);
  // The end of contents lies outside of the element around.
  CHECK(check({0x30, 4, 0x30, 0x80, 0x02, 0, 0, 0}).kind == FaultKind::kBadLength);
  CHECK(check({0x30, 3, 0x30, 0x80, 0x02, 0, 0, 0}).kind == FaultKind::kBadLength);
  // An end of contents inside an element of definite length.
  CHECK(check({0x30, 2, 0, 0}) == Fault{FaultKind::kBadEncoding, 102});
}

TEST_CASE("evasion: elements in elements are followed to a depth, and no deeper",
          "[ber][evasion]") {
  for (const auto lengths : {Lengths::kShortest, Lengths::kIndefinite}) {
    CHECK(check(nested(ber::kMaxDepth - 1, lengths)) == Fault{});
    CHECK(check(nested(ber::kMaxDepth, lengths)).kind == FaultKind::kTooDeep);
    CHECK(check(nested(2000, lengths)).kind == FaultKind::kTooDeep);
  }
  CHECK(read(nested(2000, Lengths::kIndefinite)).kind == FaultKind::kTooDeep);
}

TEST_CASE("ber: the first fault stays, and ends all readers", "[ber]") {
  const Octets bytes = element(0x30, {0x02, 5}) + element(0x04, {});
  Fault fault;
  Reader in{bytes, 0, fault};
  Element out, inner;
  REQUIRE(in.next(out));
  Reader inside = in.inside(out);
  CHECK_FALSE(inside.next(inner));
  CHECK(fault == Fault{FaultKind::kBadLength, 3});
  CHECK_FALSE(in.next(out));
  in.fail(FaultKind::kBadValue, 1);
  CHECK(fault.kind == FaultKind::kBadLength);
}

TEST_CASE("ber: wanted elements that are missing or others are faults", "[ber]") {
  const Octets bytes = element(0x02, {1});
  Fault fault;
  Reader in{bytes, 0, fault};
  Element out;
  CHECK_FALSE(in.next_if(ber::Class::kContext, 0, out));
  CHECK(in.next_if(ber::Class::kUniversal, ber::kInteger, out));
  in.end();
  CHECK(in.ok());
  CHECK_FALSE(in.want(out));
  CHECK(fault == Fault{FaultKind::kBadLength, 3});
  Fault other;
  Reader again{bytes, 0, other};
  CHECK_FALSE(again.want(ber::Class::kContext, 0, out));
  CHECK(other == Fault{FaultKind::kBadType, 0});
  Fault surplus;
  Reader rest{bytes, 0, surplus};
  rest.end();
  CHECK(surplus == Fault{FaultKind::kBadLength, 0});
}

TEST_CASE("ber: integers are of 1 to 8 bytes that count", "[ber]") {
  CHECK(ber::unsigned_of(Octets{}) == std::nullopt);
  CHECK(ber::unsigned_of(Octets{0xff}) == 255);
  CHECK(ber::unsigned_of(Octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) == 1);
  CHECK(ber::unsigned_of(Octets{1, 0, 0, 0, 0, 0, 0, 0, 0}) == std::nullopt);
}
