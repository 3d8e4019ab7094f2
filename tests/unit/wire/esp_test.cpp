// SPDX-License-Identifier: Apache-2.0
#include "wire/esp.h"

#include <catch2/catch.hpp>

#include "packet_builder.h"

using namespace bulkhead::test;
using namespace bulkhead::wire;

TEST_CASE("esp: header, reads what it wrote and refuses less than 8 bytes", "[wire][esp]") {
  Bytes out(8);
  Writer writer(out);
  write_esp(writer, {0x1234, 77});
  EspHeader header;
  REQUIRE(parse_esp(out, header).kind == FaultKind::kNone);
  CHECK(header.spi == 0x1234);
  CHECK(header.seq == 77);
  CHECK(parse_esp(std::span(out).first(7), header) == Fault{FaultKind::kTruncated, 7});
}

TEST_CASE("esp: trailer, any padding is read back", "[wire][esp][property]") {
  for (unsigned pad = 0; pad <= 255; ++pad) {
    Bytes out(3 + pad + kEspTrailerSize);
    Writer writer(out);
    writer.bytes(Bytes{'a', 'b', 'c'});
    write_esp_trailer(writer, static_cast<uint8_t>(pad), 41);
    REQUIRE(writer.size() == out.size());
    EspTrailer trailer;
    REQUIRE(parse_esp_trailer(out, trailer).kind == FaultKind::kNone);
    CHECK(trailer.payload_length == 3);
    CHECK(trailer.pad_length == pad);
    CHECK(trailer.next_header == 41);
  }
}

TEST_CASE("esp: trailers that lie, are refused", "[wire][esp]") {
  EspTrailer trailer;
  CHECK(parse_esp_trailer(Bytes{4}, trailer).kind == FaultKind::kTruncated);
  CHECK(parse_esp_trailer(Bytes{1, 2, 4}, trailer) == Fault{FaultKind::kBadLength, 1});
  CHECK(parse_esp_trailer(Bytes{1, 9, 3, 3, 4}, trailer) == Fault{FaultKind::kBadValue, 1});
}
