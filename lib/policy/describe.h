// SPDX-License-Identifier: Apache-2.0
// Objects of the policy as words for a person, and as the YAML that would write them.
#pragma once

#include <string>

#include "policy/model.h"
#include "policy/reference.h"

namespace bulkhead::policy {

std::string describe(const Identity& identity);  // "hmi-3 is a device at gw-cell3 port zone0 ..."
std::string describe(const Service& service);    // "modbus on tcp/502"
// ", at most 2 per s, 5 at once, ..." of a rule that has limits; else empty.
std::string describe_limits(const OperationRule& rule);

std::string describe_window(const Relationship& relationship);
// "write of unit 1, holding 40 (write_single_register)"
std::string describe(const wire::Operation& operation);
std::string describe_service(uint8_t protocol, uint16_t port);  // "tcp/502", "icmp echo"

// Why the operation does not pass this rule; empty when it fits the class, function, unit, points
// and values of the rule as far as the rule concerns it.
std::string why_not(const OperationRule& rule, const wire::Operation& operation);

// "write: { units: [1], holding: [\"40\"] }": the least rules that allow the operation, one per
// line.
std::vector<std::string> rules_for(const wire::Operation& operation, bool with_values);
// The lines of a service that opens what was asked for, indented to stand under a relationship.
std::string service_yaml(const AccessRequest& request, const std::string& indent);

std::string point_key(wire::PointType type);              // "holding": the word of the YAML
std::string function_name(wire::App app, uint32_t code);  // "read_holding_registers", "function 99"
std::string text(const std::vector<NumberRange>& ranges);  // "0-199, 300"

}  // namespace bulkhead::policy
