// SPDX-FileCopyrightText: dh-hwcaps developers
// SPDX-License-Identifier: GPL-2.0-or-later
// tensorflow-lite OPERATION [REPETITIONS]: one operation of TensorFlow Lite, on one thread.
//
//     c++ -O2 tensorflow-lite.cc -o tensorflow-lite -ltensorflow-lite
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tensorflow/lite/core/c/builtin_op_data.h"
#include "tensorflow/lite/interpreter.h"
#include "tensorflow/lite/kernels/register.h"

using Shape = std::vector<int>;

static tflite::Interpreter interpreter;

static int tensor(const Shape &shape)
{
	int index;
	interpreter.AddTensors(1, &index);
	interpreter.SetTensorParametersReadWrite(index, kTfLiteFloat32, "", shape,
						 TfLiteQuantization{kTfLiteNoQuantization, nullptr});
	return index;
}

// The interpreter frees it.
template <class Parameters> static Parameters *parameters(const Parameters &values)
{
	void *memory = std::malloc(sizeof values);
	return new (memory) Parameters(values);
}

struct Operation {
	tflite::BuiltinOperator code;
	std::vector<int> inputs;
	Shape result;
	void *parameters;
};

static Operation operation(const std::string &name)
{
	if (name == "conv") {
		TfLiteConvParams p{};
		p.padding = kTfLitePaddingSame;
		p.stride_width = p.stride_height = 1;
		p.dilation_width_factor = p.dilation_height_factor = 1;
		return {tflite::BuiltinOperator_CONV_2D,
			{tensor({1, 56, 56, 64}), tensor({64, 3, 3, 64}), tensor({64})},
			{1, 56, 56, 64}, parameters(p)};
	}
	if (name == "depthwise") {
		TfLiteDepthwiseConvParams p{};
		p.padding = kTfLitePaddingSame;
		p.stride_width = p.stride_height = p.depth_multiplier = 1;
		p.dilation_width_factor = p.dilation_height_factor = 1;
		return {tflite::BuiltinOperator_DEPTHWISE_CONV_2D,
			{tensor({1, 112, 112, 64}), tensor({1, 3, 3, 64}), tensor({64})},
			{1, 112, 112, 64}, parameters(p)};
	}
	if (name == "dense")
		return {tflite::BuiltinOperator_FULLY_CONNECTED,
			{tensor({64, 1024}), tensor({1024, 1024}), tensor({1024})},
			{64, 1024}, parameters(TfLiteFullyConnectedParams{})};
	if (name == "softmax")
		return {tflite::BuiltinOperator_SOFTMAX, {tensor({256, 4096})}, {256, 4096},
			parameters(TfLiteSoftmaxParams{1})};
	if (name == "pool") {
		TfLitePoolParams p{};
		p.padding = kTfLitePaddingValid;
		p.stride_width = p.stride_height = p.filter_width = p.filter_height = 2;
		return {tflite::BuiltinOperator_AVERAGE_POOL_2D, {tensor({1, 112, 112, 64})},
			{1, 56, 56, 64}, parameters(p)};
	}
	if (name == "logistic")
		return {tflite::BuiltinOperator_LOGISTIC, {tensor({1024, 1024})}, {1024, 1024},
			nullptr};
	if (name == "add")
		return {tflite::BuiltinOperator_ADD, {tensor({1024, 256}), tensor({1024, 256})},
			{1024, 256}, parameters(TfLiteAddParams{})};
	std::fprintf(stderr, "tensorflow-lite: no operation %s\n", name.c_str());
	std::exit(2);
}

static void check(TfLiteStatus status)
{
	if (status != kTfLiteOk)
		std::exit(1);
}

int main(int argc, char **argv)
{
	const std::string name = argc > 1 ? argv[1] : "conv";
	const int repetitions = argc > 2 ? std::atoi(argv[2]) : 20;
	const tflite::ops::builtin::BuiltinOpResolverWithoutDefaultDelegates resolver;
	const Operation what = operation(name);
	const int output = tensor(what.result);
	interpreter.SetInputs(what.inputs);
	interpreter.SetOutputs({output});
	check(interpreter.AddNodeWithParameters(what.inputs, {output}, nullptr, 0, what.parameters,
						resolver.FindOp(what.code, 1)));
	interpreter.SetNumThreads(1);
	check(interpreter.AllocateTensors());
	for (int input : what.inputs) {
		float *values = interpreter.typed_tensor<float>(input);
		for (size_t i = 0; i < interpreter.tensor(input)->bytes / sizeof *values; i++)
			values[i] = (i * 37 % 101) / 101.f - .3f;
	}
	double sum = 0;
	for (int i = 0; i < repetitions; i++) {
		check(interpreter.Invoke());
		sum += interpreter.typed_tensor<float>(output)[i % 50];
	}
	std::printf("%s %.6g\n", name.c_str(), sum);
}
