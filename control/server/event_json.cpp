// SPDX-License-Identifier: Apache-2.0
#include "server/event_json.h"

#include <google/protobuf/util/json_util.h>

#include "export/plain_text.h"
#include "server/event_message.h"

namespace bulkhead::control {

std::string event_json(const ResolvedEvent& event) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  v1::Event message;
  fill(message, event);
  message.set_what(valid_utf8(message.what()));
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

}  // namespace bulkhead::control
