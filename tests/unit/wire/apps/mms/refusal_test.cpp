// SPDX-License-Identifier: Apache-2.0
#include "../iso/told.h"
#include "../refusals.h"
#include "pdus.h"

using namespace bulkhead;
using namespace bulkhead::test;
using namespace bulkhead::test::mms;
using Line = test::Refusals<wire::iso::Connection>;

namespace {

Octets variable(std::string_view item) {
  const Octets name = element(0xa1, visible("LD") + visible(item));
  return element(0x30, element(0xa0, name));
}
Octets list_of(const Octets& variables) {
  return element(0xa0, variables);
}
Octets confirmed(uint8_t service, const Octets& parameters, uint8_t invoke = 7) {
  return element(0xa0, integer(invoke) + element(service, parameters));
}
Octets read_of(const Octets& specification) {
  return confirmed(0xa4, element(0xa1, specification));
}

}  // namespace

TEST_CASE("mms: a refused read denies access to each variable", "[wire][mms][refusal]") {
  Line talk;
  const Octets two = list_of(variable("GGIO1$ST$Ind1") + variable("GGIO1$ST$Ind2"));
  CHECK(talk.refuse(data_tpdu(data(read_of(two)))) ==
        data_tpdu({1,    0, 1, 0, 0x61, 0x16, 0x30, 0x14, 2,    1, 3, 0xa0, 0x0f, 0xa1,
                   0x0d, 2, 1, 7, 0xa4, 8,    0xa1, 6,    0x80, 1, 3, 0x80, 1,    3}));
  CHECK(talk.exception_code == 3);
}

TEST_CASE("mms: a refused write, a command as well, denies access to each variable",
          "[wire][mms][refusal]") {
  Line talk;
  const Octets values = element(0xa0, {0x83, 1, 1});
  const Octets write = confirmed(0xa5, list_of(variable("CSWI1$CO$Pos$Oper")) + values);
  CHECK(talk.refuse(data_tpdu(data(write, 9))).empty());  // no context that carries MMS
  CHECK(talk.refuse(data_tpdu(data(write))) ==
        data_tpdu(data(element(0xa1, {2, 1, 7, 0xa5, 3, 0x80, 1, 3}))));
}

TEST_CASE("mms: where it was sent right in the TSDU it is answered there", "[wire][mms][refusal]") {
  Line talk;
  CHECK(talk.refuse(data_tpdu(read_of(list_of(variable("A"))))) ==
        data_tpdu(element(0xa1, {2, 1, 7, 0xa4, 5, 0xa1, 3, 0x80, 1, 3})));
}

TEST_CASE("mms: a named list and other services are refused by an error of class access",
          "[wire][mms][refusal]") {
  Line talk;
  const Octets error = element(0xa2, {0x80, 1, 7, 0xa2, 5, 0xa0, 3, 0x87, 1, 3});
  const Octets list = element(0xa1, element(0xa1, visible("LD") + visible("LLN0$ds")));
  CHECK(talk.refuse(data_tpdu(data(read_of(list)))) == data_tpdu(data(error)));
  CHECK(talk.exception_code == (7 << 8 | 3));
  CHECK(talk.refuse(data_tpdu(data(confirmed(0x82, {})))) == data_tpdu(data(error)));
}

TEST_CASE("mms: more variables than there is room for are refused as one service",
          "[wire][mms][refusal]") {
  Line talk;
  Octets variables;
  for (int i = 0; i < 300; ++i) variables = variables + variable("A");
  CHECK(talk.refuse(data_tpdu(data(read_of(list_of(variables))))) ==
        data_tpdu(data(element(0xa2, {0x80, 1, 7, 0xa2, 5, 0xa0, 3, 0x87, 1, 3}))));
}

TEST_CASE("mms: a large invoke identifier is answered as a positive number",
          "[wire][mms][refusal]") {
  Line talk;
  const Octets identify = element(0xa0, {2, 2, 0, 0xc8, 0x82, 0});
  CHECK(talk.refuse(data_tpdu(data(identify))) ==
        data_tpdu(data(element(0xa2, {0x80, 2, 0, 0xc8, 0xa2, 5, 0xa0, 3, 0x87, 1, 3}))));
  CHECK(talk.asked == 200);
}

TEST_CASE("mms: reports and the end of an association are refused without a word",
          "[wire][mms][refusal]") {
  Line talk;
  const Octets list = element(0xa1, element(0x80, text("RPT")));
  const Octets report = element(0xa3, element(0xa0, list + element(0xa0, {0x83, 1, 1})));
  CHECK(talk.refuse(data_tpdu(data(report)), wire::Side::kResponse).empty());
  CHECK(talk.refuse(data_tpdu(data({0x8b, 0}))).empty());
}
